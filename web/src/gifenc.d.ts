// SPDX-License-Identifier: MIT
//
// Types of the package gifenc, which has none: what the page uses of it. Pixels are RGBA bytes, row by row.

declare module 'gifenc' {
  export type Palette = number[][];

  export function quantize(pixels: Uint8Array | Uint8ClampedArray, maxColors: number): Palette;

  /** The index of each pixel's color. */
  export function applyPalette(pixels: Uint8Array | Uint8ClampedArray, palette: Palette): Uint8Array;

  export interface Encoder {
    /** `delay` in milliseconds. */
    writeFrame: (
      indices: Uint8Array,
      width: number,
      height: number,
      options: { palette: Palette; delay: number },
    ) => void;
    finish: () => void;
    bytes: () => Uint8Array<ArrayBuffer>;
  }

  export function GIFEncoder(): Encoder;
}
