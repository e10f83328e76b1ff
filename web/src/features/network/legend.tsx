// SPDX-License-Identifier: MIT
//
// The colour scale that every picture shares, and how far it reaches: for each picture, each layer or the whole network.

import { setRange } from '../../client/network';
import { networkView } from '../../state/store';
import { rangeOf } from '../../state/layers';
import { ScaleRamp } from '../../ui/scale-ramp';
import { Info } from './info';
import type { RangeMode } from '../../state/network-view';

const modes: readonly (readonly [RangeMode, string])[] = [
  ['unit', 'each picture'],
  ['layer', 'each layer'],
  ['network', 'whole network'],
];

/** The number at which the colour is full, where one number can be said. */
function reach(): string | null {
  const { range, opened, pointed } = networkView.value;
  const layer = (opened ?? pointed)?.layer;
  if (range === 'network') return `${rangeOf('')}`;
  return range === 'layer' && layer !== undefined ? `${rangeOf(layer)}` : null;
}

export function Legend() {
  const most = reach();
  return (
    <div class="scale">
      <ScaleRamp
        negative={most === null ? 'negative' : `−${most}`}
        positive={most === null ? 'positive' : `+${most}`}
      />
      <label class="scale-choice">
        <span>Scale</span>
        <select
          data-testid="range-picker"
          value={networkView.value.range}
          onChange={({ currentTarget }) => {
            setRange(currentTarget.value as RangeMode);
          }}
        >
          {modes.map(([mode, text]) => (
            <option key={mode} value={mode}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <Info about="the colours" topic="colours" />
    </div>
  );
}
