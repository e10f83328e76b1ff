// SPDX-License-Identifier: MIT
//
// IDX files (yann.lecun.com/exdb/mnist): big-endian magic and dimensions, then a byte a value. Read whole or refused in words; a header's
// claim allocates nothing. What comes back are views into the given bytes.

const imagesMagic = 0x00000803;

export interface IdxImages {
  kind: 'images';
  count: number;
  height: number;
  width: number;
  values: Uint8Array;
}

export interface IdxLabels {
  kind: 'labels';
  count: number;
  values: Uint8Array;
}

export type IdxFile = IdxImages | IdxLabels;

/** Whether the bytes begin as IDX files of images or labels do. */
export function isIdx(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8 && (bytes[3] === 3 || bytes[3] === 1);
}

const start = 'it should start with 00 00 08 03 (images) or 00 00 08 01 (labels)';

/** Throws a sentence that begins with `name` where the bytes are no IDX file of images or labels, or not as long as their header says. */
export function readIdx(bytes: Uint8Array, name: string): IdxFile {
  if (!isIdx(bytes)) throw new Error(`${name} is not an IDX file: ${start}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = view.getUint32(0) === imagesMagic ? 'images' : 'labels';
  const header = kind === 'images' ? 16 : 8;
  if (bytes.length < header) throw new Error(`${name} ends within its header of ${header} bytes.`);
  const count = view.getUint32(4);
  const [height, width] = kind === 'images' ? [view.getUint32(8), view.getUint32(12)] : [1, 1];
  const length = bytes.length - header;
  if (count === 0 || height === 0 || width === 0) throw new Error(`${name} holds no ${kind}.`);
  // Below 2^96 a double is off by far less than one part in a million: enough to see that it is another number.
  const claimed = count * height * width;
  if (claimed !== length) {
    const what = kind === 'images' ? `${count} images of ${width}x${height} pixels` : `${count} labels`;
    throw new Error(
      `${name} is damaged or cut off: its header says ${what}, which is ${claimed.toLocaleString('en-US')} bytes, ` +
        `but ${length.toLocaleString('en-US')} follow.`,
    );
  }
  const values = bytes.subarray(header);
  return kind === 'images' ? { kind, count, height, width, values } : { kind, count, values };
}

/** As readIdx, for a file that must be of this kind. */
export function readIdxOf<K extends IdxFile['kind']>(kind: K, bytes: Uint8Array, name: string): IdxFile & { kind: K } {
  const file = readIdx(bytes, name);
  if (file.kind !== kind) throw new Error(`${name} should hold ${kind}, but holds ${file.kind}.`);
  return file as IdxFile & { kind: K };
}
