// SPDX-License-Identifier: MIT
//
// What the words beside the curve mean.

import { grouped } from '../../shared/format';
import { classNames, data, guessingLoss, noun, runFacts, runSettings } from '../../state/store';
import { display, i, n, o, over } from '../../ui/math';
import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const gradientStep = display(i('w'), o('←'), i('w'), o('−'), i('η'), over([o('∂'), i('L')], [o('∂'), i('w')]));

function Epoch() {
  const facts = runFacts.value;
  return (
    <>
      <p>One epoch is one pass through all training {noun.value.many}.</p>
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
  training: () => (
    <>
      <Terms
        of={{
          'Train, Pause': 'Trains on all training images, epoch after epoch. Pause loses nothing.',
          Step: 'Trains on one mini-batch, then waits.',
          Rewind: `Returns to the initial weights, those of seed ${runSettings.value.seed}.`,
          'New seed': 'Starts again from other random weights.',
          Slow: 'Shows every single step. The weights are bit-exact the same at any speed.',
        }}
      />
      <p>
        Each step moves every weight w a little against the gradient of the loss L; the learning rate η sets how far:
      </p>
      {gradientStep}
    </>
  ),

  epoch: () => <Epoch />,

  step: () => (
    <p>
      One step: the network looks at a mini-batch of {runFacts.value?.batchSize ?? 32} training {noun.value.many},
      compares its answers with the labels, and changes every weight a little.
    </p>
  ),

  throughput: () => (
    <p>Training {noun.value.many} per second, forward and backward pass together; pauses between pictures left out.</p>
  ),

  seed: () => (
    <p>
      The number that determines everything random in a run: the initial weights, the order of the images, their
      augmentation. The same seed gives bit-exact the same weights.
    </p>
  ),

  loss: () => (
    <p>
      How wrong the network is on the training {noun.value.many} of the last steps. Guessing among{' '}
      {classNames.value.length} classes gives {guessingLoss.value.toFixed(2)}; 0 is perfect. Training makes the loss
      smaller.
    </p>
  ),

  trainAccuracy: () => (
    <p>
      The share of training {noun.value.many} that are classified correctly, evaluated in the same way and at the same
      step as the test accuracy: on a fixed sample of at most 5,000 of them, not augmented. If it is much higher than
      the test accuracy, the network overfits; differences of a few tenths of a per cent are chance. Before the first
      test it is the share in the last steps.
    </p>
  ),

  testAccuracy: () => (
    <p>
      The share of the {grouped(data.value.facts?.testCount ?? 0)} test {noun.value.many} that were classified
      correctly. The network never trains on these. It is tested on all of them after each epoch; the orange curve also
      shows quick tests on 1,000 of them in between.
    </p>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
