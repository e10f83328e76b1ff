// SPDX-License-Identifier: MIT
//
// Keeps what is on the pad under its label. Loaded once the first drawing has been read.

import { attempt } from '../../client/command';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { pad } from '../../state/store';
import { kept, store } from './own-store';

const digitLabels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const writer = 'me';

/** The label that the visitor gives. Never the network's prediction: it would be learned as if it were true. */
const said = signal<number | null>(null);

const keep = (label: number): Promise<void> =>
  attempt(async () => {
    const { strokes } = pad.value;
    const { add, myDigits, notKept } = await store.load();
    await add([{ label, writer, strokes }]);
    said.value = null;
    kept.value = `Saved as a ${label}. Your own digits: ${myDigits.value.length}. ${notKept.value ?? ''}`;
  });

export function KeepForm() {
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
