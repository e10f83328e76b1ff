// SPDX-License-Identifier: MIT
//
// Two runs answer the same image: each with its answer, its network and what its layers make of it, and what is set otherwise between them.
// They are asked by an engine beside the one that trains; the present run answers as it trains.

import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { endSeeing, seenBy } from '../../client/kept/runs';
import { inWords } from '../../client/command';
import { EndedError } from '../../client/side-worker';
import { argmax } from '../../math/argmax';
import { side } from '../../shared/dataset';
import { grouped, percent } from '../../shared/format';
import { nameOfClass } from '../../state/class-names';
import { differing } from '../../state/comparison';
import { currentInput, digit } from '../../state/store';
import { Picture } from '../../ui/picture';
import { Info } from './info';
import { Layers } from './layers';
import { chosenSides, rows, sides } from './state';
import type { Row } from './rows';
import type { Seen } from './layers';
import type { Signal } from '@preact/signals';

/** What each side shows: an answer, or why there is none. */
type Look = Seen | string | null;

const looks: readonly [Signal<Look>, Signal<Look>] = [signal(null), signal(null)];

const isPresent = (row: Row | null): boolean => row?.place === 'here';

/** The present run's own, which is there already. */
function presentLook(row: Row): Look {
  const { frame } = digit.value;
  if (frame === null) return null;
  return { classes: row.listed.run.data.classes, answer: frame.probabilities, layers: frame.layers };
}

let asks = 0;

/** Of several wishes the last one counts: a drawing asks at every stroke. */
async function look(asked: readonly (Row | null)[], pixels: Uint8Array): Promise<void> {
  const ask = ++asks;
  for (const [i, row] of asked.entries()) {
    if (row === null) continue;
    try {
      const { classes, answer, insides } = await seenBy(row, pixels);
      if (ask !== asks) return;
      looks[i]!.value = { classes, answer, layers: insides.activations };
    } catch (error) {
      if (error instanceof EndedError || ask !== asks) return;
      looks[i]!.value = inWords(error);
    }
  }
}

/** Asks again whenever the image or the runs are others, until the component is gone. */
function followLooks(): () => void {
  let before = '';
  let seen: unknown = null;
  const stop = effect(() => {
    const input = currentInput.value;
    const [left, right] = sides.value;
    const others = [left, right].map((row) => (isPresent(row) ? null : row));
    // where a run stands is part of what it is
    const key = [left, right].map((row) => `${row?.id} ${row?.step}`).join();
    if (key === before && input === seen) return;
    [before, seen] = [key, input];
    if (input.kind === 'none') {
      ++asks;
      for (const each of looks) each.value = null;
    } else void look(others, input.pixels);
  });
  return () => {
    stop();
    ++asks;
    endSeeing();
  };
}

function Choose({ at, row }: { at: 0 | 1; row: Row | null }) {
  return (
    <label class="side-choice">
      <span>{at === 0 ? 'Left' : 'Right'}</span>
      <select
        value={row?.id ?? ''}
        onChange={({ currentTarget: { value } }) => {
          looks[at].value = null;
          const [left, right] = sides.peek();
          chosenSides.value = at === 0 ? [value, right?.id ?? null] : [left?.id ?? null, value];
        }}
      >
        {rows.value.map(({ id, name, step }) => (
          <option key={id} value={id}>
            {name}, step {grouped(step)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Answer({ seen: { classes, answer }, name }: { seen: Seen; name: string }) {
  const best = argmax(answer);
  return (
    <>
      <p class="side-answer">
        Answer: <strong data-testid="side-answer">{nameOfClass(classes, best)}</strong>, {percent(answer[best] ?? 0, 1)}
      </p>
      <ol class="side-bars" aria-label={`Probabilities by ${name}`}>
        {classes.map((label, i) => (
          <li key={label} class={i === best ? 'best' : ''}>
            <span class="class-name">{label}</span>
            <span class="track" aria-hidden="true">
              <span class="fill" style={{ transform: `scaleX(${(answer[i] ?? 0).toFixed(4)})` }} />
            </span>
            <span class="share">{percent(answer[i] ?? 0, 1)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Side({ at, row }: { at: 0 | 1; row: Row }) {
  const found = isPresent(row) ? presentLook(row) : looks[at].value;
  const { accuracy, parameters, macs } = row;
  return (
    <section class="side" aria-label={`${at === 0 ? 'Left' : 'Right'}: ${row.name}`} data-testid={`side-${at + 1}`}>
      <Choose at={at} row={row} />
      <p class="quiet">
        {row.network}
        {parameters !== null && `, ${grouped(parameters)} parameters`}
        {macs !== null && `, ${grouped(macs)} multiply-adds`}
        {accuracy !== null && `, ${percent(accuracy, 2)} of the test images`}
      </p>
      {typeof found === 'string' ? (
        <p role="status">{found}</p>
      ) : found === null ? (
        <p class="quiet">
          {currentInput.value.kind === 'none' ? 'Draw something above, or pick a test image.' : 'Looking …'}
        </p>
      ) : (
        <>
          <Answer seen={found} name={row.name} />
          <Layers seen={found} />
        </>
      )}
    </section>
  );
}

/** Network and data are told by name; all else by the settings. */
function Differences({ left, right }: { left: Row; right: Row }) {
  const found = [
    ...(left.network === right.network ? [] : [{ name: 'network', before: left.network, now: right.network }]),
    ...(left.dataKey === right.dataKey ? [] : [{ name: 'data', before: left.data, now: right.data }]),
    ...differing(left.settings, { ...right.settings, model: left.settings.model }),
    ...(left.step === right.step ? [] : [{ name: 'step', before: grouped(left.step), now: grouped(right.step) }]),
  ];
  if (found.length === 0) return <p data-testid="side-differences">Their settings are the same.</p>;
  return (
    <table class="side-differences" data-testid="side-differences">
      <caption>What is not the same</caption>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Left</th>
          <th scope="col">Right</th>
        </tr>
      </thead>
      <tbody>
        {found.map(({ name, before, now }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{before}</td>
            <td>{now}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Asked() {
  const input = currentInput.value;
  if (input.kind === 'none') return null;
  const paint = () => (currentInput.value.kind === 'none' ? null : { values: currentInput.value.pixels, range: 255 });
  return (
    <span class="side-image">
      <Picture class="pixels" width={side} height={side} paint={paint} />
      <span class="quiet">{input.kind === 'drawing' ? 'Your drawing' : `Test image ${input.index}`}</span>
    </span>
  );
}

export function SideBySide() {
  const [left, right] = sides.value;
  const isThere = left !== null && right !== null;
  useEffect(() => (isThere ? followLooks() : undefined), [isThere]);
  return (
    <section class="runs-part" aria-labelledby="sides-heading">
      <div class="panel-head">
        <div class="with-info">
          <h3 id="sides-heading">Two runs side by side</h3> <Info about="two runs side by side" topic="sides" />
        </div>
        {isThere && <Asked />}
      </div>
      {isThere ? (
        <>
          <div class="sides">
            <Side at={0} row={left} />
            <Side at={1} row={right} />
          </div>
          <Differences left={left} right={right} />
        </>
      ) : (
        <p class="quiet">With a second run the two can be compared here.</p>
      )}
    </section>
  );
}
