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
        The network learns from the training {noun.value.many} alone. The test {noun.value.many} are others, and say how
        well it does on what it has never seen.
      </p>
      <Terms
        of={{
          'Hold out':
            'Keeps some training images apart, to compare settings and epochs by them (validation), so that the test stays honest.',
          'Look at the data': 'Opens the classes, single images, and how they are distorted.',
        }}
      />
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
