// SPDX-License-Identifier: MIT
//
// The image that networks are asked about in the dialogs: what is on the page, else the first test image.

import { imageSize } from '../../shared/dataset';
import { nameOfClass } from '../../state/class-names';
import { classNames, currentInput, noun } from '../../state/store';
import type { NetworkCopy } from '../../shared/protocol-files';

export interface AskedImage {
  pixels: Uint8Array;
  about: string;
}

function testImage(index: number, label: number, pixels: Uint8Array): AskedImage {
  const name = nameOfClass(classNames.peek(), label);
  return { pixels, about: `Test ${noun.peek().one} ${index}, labelled ${name}` };
}

/** Null where there is neither. */
export function currentImage({ test }: NetworkCopy): AskedImage | null {
  const shown = currentInput.peek();
  if (shown.kind === 'drawing') return { pixels: shown.pixels, about: 'Your drawing' };
  if (shown.kind === 'test') return testImage(shown.index, shown.label, shown.pixels);
  return test === null ? null : testImage(0, test.labels[0]!, test.images.slice(0, imageSize));
}

/** For networks that have to be asked about something. */
export const noImage = (): Uint8Array => new Uint8Array(imageSize);
