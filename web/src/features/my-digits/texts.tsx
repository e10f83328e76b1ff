// SPDX-License-Identifier: MIT
//
// The text of the info mark beside the visitor's own digits.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  ownDigits: () => (
    <>
      <p>
        The network has learnt how other people write. It now trains on a few digits of yours, augmented in many ways
        and mixed with images from the training set, so that it reads yours and loses little accuracy on the others.
      </p>
      <Terms
        of={{
          'Learn my digits':
            'Trains the network on them for a few seconds and tests it again. The run stays at the same step.',
          'Export, Import': 'Saves them as a file, strokes and labels, and adds those of such a file.',
          'A digit, ×': 'Press one to see it on the pad again, × to remove it.',
        }}
      />
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
