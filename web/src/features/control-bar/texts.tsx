// SPDX-License-Identifier: MIT
//
// The texts of the info marks beside what a run trains by.

import { recipe } from '../../state/store';
import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  choices: () => (
    <Terms
      of={{
        Data: 'What the network learns from: handwritten digits (MNIST), clothes (Fashion-MNIST), synthetic digits that the page draws, or images of your own.',
        Network:
          'The architecture: its layers and the number of its weights. Choosing another network restarts training.',
      }}
    />
  ),

  run: () => (
    <>
      <Terms
        of={{
          Recipe:
            'How the network is trained. “Recommended” aims at what visitors draw, “Best on MNIST” at the highest accuracy on MNIST’s test set; “As published” is what the authors of the network did.',
          Stop: 'When training stops automatically: at the end of the recipe, at an epoch, at a step, after a time, at a test accuracy, or when the loss on the validation set no longer falls; then the network of the best epoch is brought back. You can change it during training.',
          'Time left': 'The estimated time until training stops automatically.',
        }}
      />
      {recipe.value !== null && <p class="quiet">This recipe: {recipe.value.title}.</p>}
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
