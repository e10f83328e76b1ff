// SPDX-License-Identifier: MIT
// IDX files, MNIST's format: a magic number, the dimensions, then the bytes.

import { readBytes, readInteger, refuse } from './read.js';

/** IDX images, [count][height][width] bytes. */
export interface IdxImages {
  count: number;
  height: number;
  width: number;
  images: Uint8Array;
}

interface Idx {
  dimensions: number[];
  data: Uint8Array;
}

const IMAGES_MAGIC = 0x0803;
const LABELS_MAGIC = 0x0801;
const WORD = 4;
const MAX_CLASSES = 256;

/** Checks magic and length. */
function read(given: unknown, rank: number, magic: number, what: string): Idx {
  const wrong = (expected: string, got: string): never => refuse('invalid-data', 'idx', expected, got);
  const bytes = readBytes(given, 'idx');
  const header = WORD * (1 + rank);
  if (bytes.length < header) wrong(`${what} with a header of ${header} bytes`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const found = view.getUint32(0);
  if (found !== magic) wrong(`${what} (magic number ${magic})`, `magic number ${found}`);
  const dimensions = Array.from({ length: rank }, (_, d) => view.getUint32(WORD * (1 + d)));
  const none = dimensions.indexOf(0);
  if (none >= 0) wrong(`${what} with dimensions above 0`, `0 as dimension ${none}`);
  const size = dimensions.reduce((product, dimension) => product * dimension);
  const got = bytes.length - header;
  if (size !== got) wrong(`${what} of ${size} bytes as its dimensions say`, `${got} bytes after the header`);
  return { dimensions, data: bytes.slice(header) };
}

export function readIdxImages(bytes: Uint8Array): IdxImages {
  const { dimensions, data } = read(bytes, 3, IMAGES_MAGIC, 'an IDX file of images');
  const [count = 0, height = 0, width = 0] = dimensions;
  return { count, height, width, images: data };
}

export function readIdxLabels(bytes: Uint8Array, classes: number): { count: number; labels: Uint8Array } {
  readInteger(classes, 'readIdxLabels.classes', 1, MAX_CLASSES);
  const { data: labels } = read(bytes, 1, LABELS_MAGIC, 'an IDX file of labels');
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    refuse('invalid-data', 'idx', `labels from 0 to ${classes - 1}`, `${labels[wrong]} at position ${wrong}`);
  }
  return { count: labels.length, labels };
}
