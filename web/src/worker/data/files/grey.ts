// SPDX-License-Identifier: MIT
//
// What becomes of decoded pixels, whoever decoded them: grey values on paper, and the sizes that are refused. Pure.

import type { Bytes } from '../../../shared/source-file';

const maxPixels = 1 << 26;

export interface Grey {
  height: number;
  width: number;
  /** [height][width], 0 black .. 255 white. */
  grey: Uint8Array;
}

const pngMagic = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Width and height as a PNG's header claims them. */
export function claimedPngSize(bytes: Bytes): [number, number] | null {
  if (bytes.length < 24 || pngMagic.some((byte, i) => bytes[i] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

export function requireReasonable(width: number, height: number): void {
  if (width * height > maxPixels) throw new Error(`it has ${width}x${height} pixels, which is too large`);
}

/** Rec. 601 luma on the paper of that brightness. */
export function greyOn(paper: number, rgba: Uint8ClampedArray): Uint8Array {
  const grey = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < grey.length; ++i) {
    const luma = 0.299 * rgba[4 * i]! + 0.587 * rgba[4 * i + 1]! + 0.114 * rgba[4 * i + 2]!;
    const alpha = rgba[4 * i + 3]! / 255;
    grey[i] = Math.round(luma * alpha + paper * (1 - alpha));
  }
  return grey;
}

export function paperFor(rgba: Uint8ClampedArray): number {
  let [opacity, light] = [0, 0];
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    opacity += alpha;
    light += alpha * (0.299 * rgba[i]! + 0.587 * rgba[i + 1]! + 0.114 * rgba[i + 2]!);
  }
  return opacity > 0 && light / opacity > 127 ? 0 : 255;
}
