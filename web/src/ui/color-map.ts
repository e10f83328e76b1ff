// SPDX-License-Identifier: MIT
//
// The one diverging scale: orange for negative, no colour for zero, blue for positive, clamped at both ends. A table of 256 colours as
// the 32-bit words that ImageData holds (R in the lowest byte).

import { dark } from './theme';

export type Color = readonly [number, number, number];

export interface Scale {
  negative: Color;
  zero: Color;
  positive: Color;
}

const lightScale: Scale = { negative: [222, 106, 8], zero: [250, 250, 251], positive: [9, 92, 172] };
const darkScale: Scale = { negative: [255, 150, 48], zero: [20, 22, 27], positive: [92, 178, 255] };

const tableSize = 256;
const middle = (tableSize - 1) / 2;

export const mix = (from: Color, to: Color, share: number): Color =>
  [0, 1, 2].map((i) => Math.round(from[i]! + (to[i]! - from[i]!) * share)) as unknown as Color;

export const word = ([r, g, b]: Color): number => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;

function tableOf({ negative, zero, positive }: Scale): Uint32Array {
  return Uint32Array.from({ length: tableSize }, (_, i) => {
    const at = (i - middle) / middle;
    return word(mix(zero, at < 0 ? negative : positive, Math.abs(at) ** 0.8));
  });
}

const lightTable = tableOf(lightScale);
const darkTable = tableOf(darkScale);

/** The table of the present theme; reading it inside an effect follows the theme. */
export const colorTable = (): Uint32Array => (dark.value ? darkTable : lightTable);

/** Writes `values` (row by row) as colours; ±range get the full colours, NaN stays transparent. */
export function colorize(values: ArrayLike<number>, range: number, into: Uint32Array): void {
  const table = colorTable();
  const scale = middle / range;
  for (let i = 0; i < into.length; ++i) {
    const at = Math.round(middle + (values[i] ?? 0) * scale);
    into[i] = Number.isNaN(at) ? 0 : table[at < 0 ? 0 : at > 255 ? 255 : at]!;
  }
}

/** Of the present theme. */
export const scaleColors = (): Scale => (dark.value ? darkScale : lightScale);

/** A CSS colour for one value in -1..1, for lines. */
export function cssColor(value: number): string {
  const { negative, positive } = scaleColors();
  return `rgb(${(value < 0 ? negative : positive).join(' ')})`;
}
