// SPDX-License-Identifier: MIT
//
// The text of the info mark beside the data.

import { noun } from '../../state/store';
import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  data: () => (
    <>
      <p>
        The network trains on the training {noun.value.many} only. The test {noun.value.many} show how well it
        classifies {noun.value.many} that it has never seen.
      </p>
      <Terms
        of={{
          'Validation set':
            'Holds out some of the training images. Compare settings and epochs by their accuracy on these, so that the test set stays unseen until the end.',
          'Look at the data': 'Shows the classes, single images and how they are augmented.',
        }}
      />
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
