// SPDX-License-Identifier: MIT
//
// The text of the info mark beside the visitor's own digits.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  ownDigits: () => (
    <>
      <p>
        The network has learned from other people’s handwriting. It can be fine-tuned on a few digits of yours, with
        augmentation. Earlier training images are mixed in, because training on new digits alone would make it forget
        the others; the accuracy on the test set before and after shows what changed.
      </p>
      <Terms
        of={{
          'Learn my digits':
            'Trains the network on your digits for a few seconds. The step count of the run does not change.',
          'Export digits, Import digits':
            'The strokes and labels are saved as a JSON file; the digits of such a file are added to yours.',
          'A digit, ×': 'Press a digit to put it on the pad again, × to remove it.',
        }}
      />
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
