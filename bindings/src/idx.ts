// SPDX-License-Identifier: MIT
// IDX files, as MNIST comes in: a magic number, the dimensions, then the bytes.

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

const kImagesMagic = 0x0803;
const kLabelsMagic = 0x0801;
const kWord = 4;

/** Checks magic and length. */
function read(bytes: unknown, rank: number, magic: number, what: string): Idx {
  if (!(bytes instanceof Uint8Array)) throw new Error(`[idx] expected a Uint8Array, got ${typeof bytes}`);
  const header = kWord * (1 + rank);
  if (bytes.length < header) {
    throw new Error(`[idx] expected ${what} with a header of ${header} bytes, got ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const found = view.getUint32(0);
  if (found !== magic) throw new Error(`[idx] expected ${what} (magic number ${magic}), got magic number ${found}`);
  const dimensions = Array.from({ length: rank }, (_, d) => view.getUint32(kWord * (1 + d)));
  const none = dimensions.indexOf(0);
  if (none >= 0) throw new Error(`[idx] expected ${what} with dimensions above 0, got 0 as dimension ${none}`);
  const size = dimensions.reduce((product, dimension) => product * dimension);
  const got = bytes.length - header;
  if (size !== got) {
    throw new Error(`[idx] expected ${what} of ${size} bytes as its dimensions say, got ${got} bytes after the header`);
  }
  return { dimensions, data: bytes.slice(header) };
}

export function readIdxImages(bytes: Uint8Array): IdxImages {
  const { dimensions, data } = read(bytes, 3, kImagesMagic, 'an IDX file of images');
  const [count = 0, height = 0, width = 0] = dimensions;
  return { count, height, width, images: data };
}

export function readIdxLabels(bytes: Uint8Array, classes: number): { count: number; labels: Uint8Array } {
  const { data: labels } = read(bytes, 1, kLabelsMagic, 'an IDX file of labels');
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new Error(`[idx] expected labels from 0 to ${classes - 1}, got ${labels[wrong]} at position ${wrong}`);
  }
  return { count: labels.length, labels };
}
