// SPDX-License-Identifier: MIT
//
// PNG, JPEG and whatever else this browser decodes, as grey pixels. Transparent ones lie on black paper if what is on them is light, on
// white paper otherwise. A header that claims more than fits is refused before the browser is asked.

import { claimedPngSize, greyOn, paperFor, requireReasonable } from './grey';
import type { Bytes } from '../../../shared/source-file';
import type { Grey } from './grey';

/** How refusals name who reads, and what. The command line has a module of its own in the place of this one. */
export const reader = 'This page';
export const readableImages = 'PNG, JPEG, WebP, GIF or BMP';

/** Throws a half sentence ("it has …") where the bytes are no image that this browser can decode. */
export async function decodeImage(bytes: Bytes): Promise<Grey> {
  const claimed = claimedPngSize(bytes);
  if (claimed !== null) requireReasonable(...claimed);
  const bitmap = await createImageBitmap(new Blob([bytes]), {
    ...{ premultiplyAlpha: 'none', colorSpaceConversion: 'none' },
  } as ImageBitmapOptions).catch(() => {
    throw new Error('it is damaged or not an image that this browser can decode');
  });
  try {
    const { width, height } = bitmap;
    requireReasonable(width, height);
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('this browser cannot draw it');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { height, width, grey: greyOn(paperFor(data), data) };
  } finally {
    bitmap.close();
  }
}
