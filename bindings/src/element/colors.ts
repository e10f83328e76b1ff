// SPDX-License-Identifier: MIT
// Values as colours: one diverging scale, negative to nothing to positive, clamped at both ends. A table of 256 colours as the 32-bit
// words that ImageData holds (R in the lowest byte).

export type Color = readonly [red: number, green: number, blue: number];

const TABLE_SIZE = 256;
const MIDDLE = (TABLE_SIZE - 1) / 2;
/** Below 1, so that small values can be told from nothing. */
const GAMMA = 0.8;

const word = ([red, green, blue]: Color): number => (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;

const mix = (from: Color, to: Color, share: number): Color =>
  [0, 1, 2].map((i) => Math.round(from[i]! + (to[i]! - from[i]!) * share)) as unknown as Color;

export function colorTable(negative: Color, zero: Color, positive: Color): Uint32Array {
  return Uint32Array.from({ length: TABLE_SIZE }, (_, i) => {
    const at = (i - MIDDLE) / MIDDLE;
    return word(mix(zero, at < 0 ? negative : positive, Math.abs(at) ** GAMMA));
  });
}

/** The colour of a value: ±range and beyond get the full colours, NaN is transparent. */
export function colorOf(table: Uint32Array, value: number, range: number): number {
  const at = Math.round(MIDDLE + (value / range) * MIDDLE);
  return Number.isNaN(at) ? 0 : table[Math.max(0, Math.min(TABLE_SIZE - 1, at))]!;
}

let pixel: CanvasRenderingContext2D | undefined;

/** Any colour of CSS, as the screen's own numbers. */
export function readColor(css: string): Color {
  pixel ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  })!;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = css;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return [red!, green!, blue!];
}

/** Shrinks only when it is far too large, so that colours do not flicker while somebody draws. */
const SHRINK_BELOW = 0.35;

/** The next of 1, 2, 5, 10, 20 … (and 0.5, 0.2 …) that is not below `value`. */
function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return Number((step * power).toPrecision(1));
}

/** How far the scale of a layer reaches, after `previous`, for these values. */
export function rangeFor(previous: number | undefined, values: Float32Array): number {
  const max = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!Number.isFinite(max)) return previous ?? 1;
  const fits = previous !== undefined && max <= previous && max >= previous * SHRINK_BELOW;
  return fits ? previous : roundUp(max);
}
