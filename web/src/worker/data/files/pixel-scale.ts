// SPDX-License-Identifier: MIT
//
// The range of a table's pixels: 0..255 as it is, 0..1 and 0..16 (scikit-learn's digits) scaled to 0..255. It is decided for the whole
// table; a table whose rows are of different ranges is refused. Pure.

/** One image's pixels as they stand in the table, its line there, and whether any of them is a fraction. */
export interface RawImage {
  values: Uint8Array | Float32Array;
  line: number;
  max: number;
  hasFractions: boolean;
}

const scales = [
  { max: 1, factor: 255 },
  { max: 16, factor: 255 / 16 },
  { max: 255, factor: 1 },
] as const;

/** Rows whose fractions never exceed 1 beside rows that go beyond 1 were scaled in another way. */
function requireOneRange(images: readonly RawImage[], path: string): void {
  const small = images.find(({ max, hasFractions }) => hasFractions && max <= 1);
  const large = images.find(({ max }) => max > 1);
  if (small === undefined || large === undefined) return;
  throw new Error(
    `${path} mixes two ranges: the pixels of line ${small.line} go from 0 to 1, those of line ${large.line} up to ${large.max}. ` +
      'Expected pixels from 0 to 255 in every line, or from 0 to 1 in every line.',
  );
}

/** [image][pixel] bytes, and a sentence where they were scaled. Every value is 0..255 already. */
export function toBytes(images: readonly RawImage[], path: string): { pixels: Uint8Array; notes: string[] } {
  requireOneRange(images, path);
  const max = images.reduce((most, image) => Math.max(most, image.max), 0);
  const scale = scales.find((each) => max <= each.max)!;
  const factor = max === 0 ? 1 : scale.factor;
  const size = images[0]?.values.length ?? 0;
  const pixels = new Uint8Array(images.length * size);
  images.forEach(({ values }, index) => {
    if (factor === 1 && values instanceof Uint8Array) pixels.set(values, index * size);
    else values.forEach((value, i) => (pixels[index * size + i] = Math.round(value * factor)));
  });
  const notes = factor === 1 ? [] : [`The pixels of ${path} went from 0 to ${scale.max} and were scaled to 0 to 255.`];
  return { pixels, notes };
}
