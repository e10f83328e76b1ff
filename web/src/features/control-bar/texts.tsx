// SPDX-License-Identifier: MIT
//
// The texts of the control bar's info marks.

import { grouped } from '../../shared/format';
import { recipe, runFacts, runSettings } from '../../state/store';
import { display, i, n, o, over } from '../../ui/math';
import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const gradientStep = display(i('w'), o('←'), i('w'), o('−'), i('η'), over([o('∂'), i('L')], [o('∂'), i('w')]));

function Figures() {
  const facts = runFacts.value;
  return (
    <>
      <Terms
        of={{
          Epochs: 'The number of passes through all training images.',
          Step: 'The number of mini-batches that the network has trained on. Each one updates the weights once.',
          'Images/s': 'Training images per second, forward and backward pass together.',
          'Last test':
            'The share of test images that were classified correctly in the last test. The best of many tests would promise too much: it is picked by looking at the test set.',
          'Time left': 'The estimated time until training stops automatically.',
          Seed: 'The number that determines everything random in a run. The same seed gives bit-exact the same weights.',
          Stop: 'When training stops automatically: at the end of the recipe, at an epoch, after a time, or at a test accuracy. You can change it during training.',
          Settings: 'Changes what the recipe sets: optimizer, learning rate, augmentation and more.',
        }}
      />
      {facts !== null &&
        facts.stepsPerEpoch > 0 &&
        display(
          <mtext>steps per epoch</mtext>,
          o('='),
          o('⌈'),
          over(n(grouped(facts.trainCount)), n(grouped(facts.batchSize))),
          o('⌉'),
          o('='),
          n(grouped(facts.stepsPerEpoch)),
        )}
    </>
  );
}

const texts = {
  choices: () => (
    <>
      <Terms
        of={{
          Data: 'What the network learns from: handwritten digits (MNIST), clothes (Fashion-MNIST), synthetic digits that the page draws, or images of your own.',
          Network:
            'The architecture: its layers and the number of its weights. Choosing another network restarts training.',
          Recipe:
            'How the network is trained. “Recommended” aims at what visitors draw, “Best on MNIST” at the highest accuracy on MNIST’s test set; “As published” is what the authors of the network did.',
        }}
      />
      {recipe.value !== null && <p class="quiet">This recipe: {recipe.value.title}.</p>}
    </>
  ),

  training: () => (
    <>
      <Terms
        of={{
          'Train, Pause': 'Trains on all training images, epoch after epoch. Pause loses nothing.',
          Step: 'Trains on one mini-batch, then waits.',
          Rewind: `Returns to the initial weights, those of seed ${runSettings.value.seed}.`,
          'New seed': 'Starts again from other random weights.',
        }}
      />
      <p>
        Each step moves every weight w a little against the gradient of the loss L; the learning rate η sets how far:
      </p>
      {gradientStep}
    </>
  ),

  figures: () => <Figures />,
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
