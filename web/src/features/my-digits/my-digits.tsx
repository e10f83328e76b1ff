// SPDX-License-Identifier: MIT
//
// The way to the visitor's own digits: keeps what is on the pad under its label, and opens their panel, which is loaded when it is wanted.

import { attempt } from '../../client/command';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isOpen, setOpen } from '../../state/panels';
import { areDigits } from '../../shared/published-datasets';
import { classNames, pad } from '../../state/store';
import { lazy, LazyPart } from '../../ui/lazy-part';
import './keep-drawing.css';

const digitLabels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const writer = 'me';

/** The label that the visitor gives. Never the network's prediction: it would be learned as if it were true. */
const said = signal<number | null>(null);
const kept = signal<string | null>(null);

const store = lazy(() => import('./store'));
const panel = lazy(async () => {
  const [{ default: Panel }, { ready }] = await Promise.all([import('./panel'), store.load()]);
  await ready();
  return Panel;
});

const keep = (label: number): Promise<void> =>
  attempt(async () => {
    const { strokes } = pad.value;
    const { add, myDigits, notKept } = await store.load();
    await add([{ label, writer, strokes }]);
    said.value = null;
    kept.value = `Saved as a ${label}. Your own digits: ${myDigits.value.length}. ${notKept.value ?? ''}`;
  });

function KeepForm() {
  // another drawing is another digit
  const begun = pad.value.strokes[0]?.[0];
  useEffect(
    () => () => {
      said.value = null;
    },
    [begun],
  );
  return (
    <form
      class="keep-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (said.value !== null) void keep(said.value);
      }}
    >
      <label>
        Label{' '}
        <select
          required
          value={said.value ?? ''}
          aria-label="Label of the drawing"
          onChange={({ currentTarget: { value } }) => (said.value = value === '' ? null : Number(value))}
        >
          <option value="">choose</option>
          {digitLabels.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button">
        Keep
      </button>
    </form>
  );
}

export function KeepDrawing() {
  return (
    <div class="my-digits-controls">
      {pad.value.strokes.length > 0 && areDigits(classNames.value) && <KeepForm />}
      <p role="status">{kept.value}</p>
    </div>
  );
}

const onClose = (): void => {
  setOpen('mine', false);
};

export const MyDigits = () => (isOpen('mine') ? <LazyPart part={panel} props={{ onClose }} /> : null);
