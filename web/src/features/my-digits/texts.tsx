// SPDX-License-Identifier: MIT
//
// The text of the info mark beside the visitor's own digits.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  ownDigits: () => (
    <>
      <p>
        The network knows how others write. From a few digits of yours, distorted in many ways and mixed with images
        that it has learnt from before, it learns how you do, and forgets nothing.
      </p>
      <Terms
        of={{
          'Learn my digits': 'Trains it on them, for a few seconds. The step that the run is at stays the same.',
          'Export, Import': 'Saves them as a file, strokes and labels, and adds those of such a file.',
          'A digit, ×': 'Press one to see it on the pad again, × to remove it.',
        }}
      />
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
