// SPDX-License-Identifier: MIT
//
// How much the probability of a class falls when a square patch of the image is covered by background (M. Zeiler, R. Fergus,
// Visualizing and Understanding Convolutional Networks, arXiv:1311.2901, section 4.2). Pure.

import type { Patch } from '../shared/protocol-insight';
import type { Work } from './work';

export interface Image {
  /** [H][W], 0 background .. 255 ink */
  pixels: Uint8Array;
  height: number;
  width: number;
}

/** The image with the patch around (y, x) covered; null where it lies on background anyway. */
export function covered({ pixels, height, width }: Image, y: number, x: number, size: number): Uint8Array | null {
  const reach = (size - 1) / 2;
  const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
  let changed: Uint8Array | null = null;
  for (let row = Math.max(0, y - reach); row < Math.min(height, y + reach + 1); ++row) {
    const [from, to] = [row * width + left, row * width + right];
    if (pixels.subarray(from, to).every((ink) => ink === 0)) continue;
    changed ??= pixels.slice();
    changed.fill(0, from, to);
  }
  return changed;
}

/**
 * For each pixel, the fall of what `probability` says when the patch around it is covered, [H][W]; negative where it rises. Where others
 * may have changed the network since, it is asked anew what it says of the whole image.
 */
export function* occlusion(
  image: Image,
  { size, stride }: Patch,
  probability: (pixels: Uint8Array) => number,
): Work<Float32Array> {
  const { height, width } = image;
  const falls = new Float32Array(height * width);
  let whole = probability(image.pixels);
  const middle = Math.floor(stride / 2);
  for (let top = 0; top < height; top += stride) {
    for (let left = 0; left < width; left += stride) {
      const changed = covered(image, Math.min(height - 1, top + middle), Math.min(width - 1, left + middle), size);
      if (changed === null) continue;
      if (yield) whole = probability(image.pixels);
      const fall = whole - probability(changed);
      for (let y = top; y < Math.min(height, top + stride); ++y) {
        falls.fill(fall, y * width + left, y * width + Math.min(width, left + stride));
      }
    }
  }
  return falls;
}
