// SPDX-License-Identifier: MIT
//
// Of the drawer: how wide the pen is on the pad. The network sees only its path.

import { penWidth } from '../../state/store';

const narrowest = 6;
const widest = 40;

export function PenWidth() {
  return (
    <label class="pen-width">
      Pen on the pad
      <input
        type="range"
        min={narrowest}
        max={widest}
        value={penWidth.value}
        aria-label="Pen width"
        onInput={({ currentTarget }) => (penWidth.value = Number(currentTarget.value))}
      />
    </label>
  );
}
