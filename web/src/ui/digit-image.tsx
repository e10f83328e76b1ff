// SPDX-License-Identifier: MIT
//
// One image out of many, 28x28 bytes each, in the page's own colours.

import { imageSize, side } from '../shared/dataset';
import { Picture } from './picture';

interface Props {
  pixels: Uint8Array;
  index: number;
}

export function Image({ pixels, index }: Props) {
  const paint = () => ({ values: pixels.subarray(index * imageSize, (index + 1) * imageSize), range: 255 });
  return <Picture class="pixels" width={side} height={side} paint={paint} />;
}
