// SPDX-License-Identifier: MIT
//
// The run for others: as a link that trains to the same weights, and as a program.

import { signal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { attempt, inWords } from '../../client/command';
import { code, recipeLink } from '../../client/recipe';
import { lookAtPresent } from '../../client/time-machine';
import { grouped, megabytes } from '../../shared/format';
import { moments } from '../../state/past';
import { run } from '../../state/store';
import { placeCard } from '../../ui/info';
import { lazy } from '../../ui/lazy-part';
import { saveFile } from '../../ui/save-file';

const film = lazy(() => import('./film'));

const said = signal('');
/** A text that the browser did not let the page copy, to be copied by hand. */
const byHand = signal<string | null>(null);

async function copy(what: string, text: Promise<string>): Promise<void> {
  byHand.value = null;
  try {
    const copied = await text;
    try {
      await navigator.clipboard.writeText(copied);
      said.value = `${what} copied.`;
    } catch {
      byHand.value = copied;
      said.value = 'The browser did not allow copying. Copy it from here:';
    }
  } catch (error) {
    said.value = inWords(error);
  }
}

/** Whether the card is still open, for which the film is made. */
let isOpen = false;

/** The film as one file, or its pictures. */
async function saveFilm(as: 'gif' | 'zip'): Promise<void> {
  byHand.value = null;
  try {
    const { filmOf, picturesOf } = await film.load();
    const blob = await (as === 'gif' ? filmOf : picturesOf)((done, of) => {
      said.value = `Picture ${done + 1} of ${of}`;
      return isOpen;
    });
    if (blob === null) return;
    saveFile(blob, `tinycnn.${as}`);
    said.value = `Saved: ${megabytes(blob.size)}.`;
  } catch (error) {
    said.value = inWords(error);
  } finally {
    lookAtPresent();
  }
}

const canShare = (): boolean => typeof (navigator as Partial<Navigator>).share === 'function';

const share = (): Promise<void> =>
  attempt(async () => {
    const url = await recipeLink();
    await navigator.share({ title: 'TinyCNN', url }).catch(() => undefined); // the visitor thought better of it
  });

const films = [
  { as: 'gif', text: 'Save as a film (GIF)' },
  { as: 'zip', text: 'Save its pictures (PNG)' },
] as const;

export function Share() {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const card = useRef<HTMLDivElement>(null);
  return (
    <span class="share">
      <button ref={button} type="button" class="button small" popovertarget={id}>
        Share
      </button>
      <div
        ref={card}
        id={id}
        class="info-card share-card"
        popover="auto"
        onToggle={(event) => {
          said.value = '';
          byHand.value = null;
          isOpen = event.newState === 'open';
          if (isOpen) placeCard(card.current!, button.current!);
        }}
      >
        <p>
          The link trains to step {grouped(run.value.step)}, on any machine, and says whether the weights are the same.
        </p>
        <div class="ways">
          <button type="button" class="button" onClick={() => void copy('Link', recipeLink())}>
            Copy link
          </button>
          {canShare() && (
            <button type="button" class="button" onClick={() => void share()}>
              Send link
            </button>
          )}
          <button type="button" class="button" onClick={() => void copy('Program', code('JavaScript'))}>
            Copy as JavaScript
          </button>
          <button type="button" class="button" onClick={() => void copy('Program', code('PyTorch'))}>
            Copy as PyTorch
          </button>
          {films.map(({ as, text }) => (
            <button
              key={as}
              type="button"
              class="button"
              disabled={moments.value.length < 2}
              onClick={() => void saveFilm(as)}
            >
              {text}
            </button>
          ))}
        </div>
        <p role="status">{said.value}</p>
        {byHand.value !== null && <textarea readOnly rows={4} aria-label="To be copied" value={byHand.value} />}
      </div>
    </span>
  );
}
