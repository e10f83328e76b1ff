// SPDX-License-Identifier: MIT
//
// Just enough of IDX to tell what a file claims to be; the engine's reader checks the rest.

const kImagesMagic = 0x00000803;
const kLabelsMagic = 0x00000801;

export interface IdxHeader {
  kind: 'images' | 'labels';
  count: number;
}

/** What the decompressed bytes claim to be, or null when they are no IDX file of images or labels. */
export function readIdxHeader(bytes: Uint8Array): IdxHeader | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const magic = view.getUint32(0);
  if (magic !== kImagesMagic && magic !== kLabelsMagic) return null;
  return { kind: magic === kImagesMagic ? 'images' : 'labels', count: view.getUint32(4) };
}
