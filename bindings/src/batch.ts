// SPDX-License-Identifier: MIT
// Reads the images of predictBatch in parts, each of which is predicted in one call.

import { asBytes, isArrayOfAnyKind, readNumbers, refuse, show } from './read.js';

type Pixels = Uint8Array | Float32Array;

/** Images that are predicted in one call, so that it needs little memory. */
const PREDICTED_AT_ONCE = 256;

/** Images `first` to `end - 1` of a batch. */
interface Part {
  first: number;
  end: number;
}

type Sliceable = ArrayLike<unknown> & { slice(begin: number, end: number): unknown };

function readFlat(pixels: Sliceable, { first, end }: Part, imageSize: number): Pixels {
  return readNumbers(
    pixels.slice(first * imageSize, end * imageSize),
    'predictBatch',
    (end - first) * imageSize,
    'pixels',
  );
}

function readList(images: ArrayLike<unknown>, { first, end }: Part, imageSize: number): Pixels {
  const part = new Float32Array((end - first) * imageSize);
  for (let i = first; i < end; ++i) {
    part.set(readNumbers(images[i], `predictBatch[${i}]`, imageSize, 'pixels'), (i - first) * imageSize);
  }
  return part;
}

/** An array of images of `imageSize` pixels each, or all of them one after another in one array, in parts of at most 256 images. Throws
 * 'invalid-data' for anything else. */
export function readBatch(images: unknown, imageSize: number): Pixels[] {
  const given = asBytes(images) ?? images;
  if (!isArrayOfAnyKind(given)) refuse('invalid-data', 'predictBatch', 'an array of images', show(images));
  const isList = Array.isArray(given) && typeof given[0] !== 'number';
  const count = given.length / (isList ? 1 : imageSize);
  if (!Number.isInteger(count)) {
    refuse('invalid-data', 'predictBatch', `images of ${imageSize} pixels each`, `${given.length} pixels`);
  }
  const parts: Pixels[] = [];
  for (let first = 0; first < count; first += PREDICTED_AT_ONCE) {
    const part = { first, end: Math.min(first + PREDICTED_AT_ONCE, count) };
    parts.push(isList ? readList(given, part, imageSize) : readFlat(given as Sliceable, part, imageSize));
  }
  return parts;
}
