// SPDX-License-Identifier: MIT
//
// How far the colour scale reaches for each layer: a round number at least as large as any value, which shrinks only when it is far too
// large, so that colours do not flicker while the network learns. Pure.

import type { Frame } from '../shared/protocol';

/** Layer name to the absolute value that gets the full colour. */
export type Ranges = ReadonlyMap<string, number>;

const shrinkBelow = 0.35;

/** The next of 1, 2, 5, 10, 20 … (and 0.5, 0.2 …) that is not below `value`. */
function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return Number((step * power).toPrecision(1));
}

/** The largest absolute value; 0 of nothing. */
export function greatest(data: Float32Array): number {
  let max = 0;
  for (const value of data) max = Math.max(max, Math.abs(value));
  return max;
}

function rangeAfter(previous: number | undefined, max: number): number {
  if (!Number.isFinite(max)) return previous ?? 1;
  const fits = previous !== undefined && max <= previous && max >= previous * shrinkBelow;
  return fits ? previous : roundUp(max);
}

export const rangesAfter = (previous: Ranges, frame: Frame): Ranges =>
  new Map(frame.layers.map(({ name, data }) => [name, rangeAfter(previous.get(name), greatest(data))]));
