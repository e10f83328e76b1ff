// SPDX-License-Identifier: MIT
//
// The text of the data browser's info mark.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  dataBrowser: () => (
    <Terms
      of={{
        Classes: 'Of each class the mean of its training images, pixel by pixel, and how many images there are.',
        Samples: 'Single images of one class: to learn from, to test with, or misread in the last test.',
        Distorted: 'One training image as it comes in each epoch, turned, shifted, scaled and slanted.',
      }}
    />
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
