// SPDX-License-Identifier: MIT
//
// How far a panel's colour scale or axis reaches: a number that is short to read, close above the largest value, and that stays while it
// fits, so that nothing flickers while the network learns. Pure.

const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const shrinkBelow = 0.6;

function above(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = steps.find((each) => each * power >= value) ?? 10;
  return Number((step * power).toPrecision(2));
}

/** For values up to `most`, where it was `previous` before. */
export function reachAfter(previous: number | undefined, max: number): number {
  if (!Number.isFinite(max)) return previous ?? 1;
  const fits = previous !== undefined && max <= previous && max >= previous * shrinkBelow;
  return fits ? previous : above(max);
}
