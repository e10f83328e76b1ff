// SPDX-License-Identifier: MIT
//
// Numbers as a canvas of one pixel each, to be drawn on another one.

import { colorize } from './color-map';

const canvas = document.createElement('canvas');

/** `values` row by row; ±range get the full colours. The same canvas each time. */
export function coloredCanvas(
  values: Float32Array,
  { width, height }: { width: number; height: number },
  range: number,
): HTMLCanvasElement {
  [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  colorize(values, range, new Uint32Array(image.data.buffer));
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
