// SPDX-License-Identifier: MIT
// EMNIST's files hold every image transposed, rows as columns. This file detects transposed images and transposes them back.

import { readImages } from './options.js';
import { refuse } from './read.js';
import type { LabelledImages } from './types.js';

/** Images that are looked at: enough to decide, few enough to be quick. */
const MAX_LOOKED_AT = 2000;

/** Images whose bytes, sizes and labels fit together. */
function read(data: LabelledImages, where: string): Required<LabelledImages> {
  const images = readImages(data, where);
  const { labels, height, width, channels } = images;
  const size = labels.length * channels * height * width;
  if (images.images.length !== size) refuse('invalid-data', where, `${size} bytes`, String(images.images.length));
  return images;
}

function transposed({ images, labels, height, width, channels }: Required<LabelledImages>): LabelledImages {
  const turned = new Uint8Array(images.length);
  const size = height * width;
  for (let first = 0; first < images.length; first += size) {
    for (let y = 0; y < height; ++y) {
      for (let x = 0; x < width; ++x) turned[first + x * height + y] = images[first + y * width + x]!;
    }
  }
  return { images: turned, labels, height: width, width: height, ...(channels === 1 ? {} : { channels }) };
}

/** The same images with rows and columns exchanged; the labels are the given array. Throws 'invalid-data' for bytes that do not
 * match the sizes. */
export const transposeImages = (data: LabelledImages): LabelledImages => transposed(read(data, 'transposeImages'));

/** Mean over the images of the ink's variance along y minus its variance along x, in pixels². Positive for tall shapes. */
function uprightness({ images, labels, height, width, channels = 1 }: LabelledImages): number {
  const area = height * width;
  const size = channels * area;
  const stride = Math.max(1, Math.floor(labels.length / MAX_LOOKED_AT));
  let sum = 0;
  let count = 0;
  for (let index = 0; index < labels.length; index += stride) {
    let [mass, x1, y1, x2, y2] = [0, 0, 0, 0, 0];
    for (let i = 0; i < size; ++i) {
      const ink = images[index * size + i]!;
      if (ink === 0) continue;
      const x = i % width;
      const y = ((i % area) - x) / width;
      mass += ink;
      x1 += ink * x;
      y1 += ink * y;
      x2 += ink * x * x;
      y2 += ink * y * y;
    }
    if (mass === 0) continue;
    sum += y2 / mass - (y1 / mass) ** 2 - (x2 / mass - (x1 / mass) ** 2);
    ++count;
  }
  return count === 0 ? 0 : sum / count;
}

/** The mean image of each label, [256][size]; zeros where there is none. */
function meanImages({ images, labels, height, width, channels = 1 }: LabelledImages): Float64Array {
  const size = channels * height * width;
  const sums = new Float64Array(256 * size);
  const counts = new Float64Array(256);
  labels.forEach((label, index) => {
    ++counts[label]!;
    for (let i = 0; i < size; ++i) sums[label * size + i]! += images[index * size + i]!;
  });
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / size)]!));
}

const likeness = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/**
 * Whether images of handwriting appear to be stored transposed. Without a reference it relies on digits and letters being taller than
 * wide on average. With `upright` images of the same classes it compares the class means, as stored and transposed. False for images that
 * are not square.
 */
export function looksTransposed(data: LabelledImages, upright?: LabelledImages): boolean {
  const given = read(data, 'looksTransposed');
  const reference = upright === undefined ? undefined : read(upright, 'looksTransposed.upright');
  if (given.height !== given.width) return false;
  const alike = (['height', 'width', 'channels'] as const).every((size) => reference?.[size] === given[size]);
  if (!reference || !alike) return uprightness(given) < 0;
  const mean = meanImages(reference);
  return likeness(meanImages(transposed(given)), mean) > likeness(meanImages(given), mean);
}
