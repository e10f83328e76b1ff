// SPDX-License-Identifier: MIT
//
// The text of the data browser's info mark.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  dataBrowser: () => (
    <Terms
      of={{
        Classes: 'The mean image of each class, pixel by pixel over its training images, and the number of its images.',
        Samples:
          'Single images of one class from the training, validation or test set, or those misclassified in the last test.',
        Augmented: 'One training image as it is rotated, shifted, scaled and sheared in each epoch.',
      }}
    />
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
