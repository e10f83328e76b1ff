// SPDX-License-Identifier: MIT
//
// Where values lie on the axes of small charts. Pure.

/** Powers of ten from the one at or below `min` to the one at or above `max`. */
export function decades(min: number, max: number): number[] {
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** 0.001 as "0.001", 0.00001 as "1e−5". */
export const decadeText = (value: number): string =>
  value >= 0.0001 && value <= 10_000
    ? String(Number(value.toPrecision(1)))
    : value.toExponential(0).replace('e-', 'e−').replace('e+', 'e');

export type Place = (value: number) => number;

/** From `min`..`max` to `from`..`to`. */
export const linear =
  (min: number, max: number, from: number, to: number): Place =>
  (value) =>
    from + ((value - min) / (max - min || 1)) * (to - from);

export const logarithmic = (min: number, max: number, from: number, to: number): Place => {
  const place = linear(Math.log(min), Math.log(max), from, to);
  return (value) => place(Math.log(value));
};

/** Marks at round distances, about `count` of them, within the range. */
export function ticks(min: number, max: number, count = 5): number[] {
  const rough = (max - min || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
