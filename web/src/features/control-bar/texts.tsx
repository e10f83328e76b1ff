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
          Epochs: 'How often it has seen all training images.',
          Step: 'How many mini-batches it has learnt from, and so how often its weights have been moved.',
          'Images/s': 'How many images a second it learns from, forwards and backwards.',
          'Best test': 'The largest share of the test images that it has read rightly after any epoch.',
          'Time left': 'How long until it stops by itself, at the present speed.',
          Seed: 'The number that all that is random here comes from: the same seed, the same run, to the last bit.',
          Stop: 'When it stops by itself: at the end of its recipe, at an epoch, after a time, or once it reads so much of the test images. It can be changed while it trains.',
          Settings: 'All that the recipe decides, to be changed.',
        }}
      />
      {facts !== null &&
        facts.stepsPerEpoch > 0 &&
        display(
          <mtext>steps in an epoch</mtext>,
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
          Data: 'What it learns from: handwritten digits (MNIST), clothes (Fashion-MNIST), digits that the page draws by itself, or images of your own.',
          Network: 'Which layers it has, and how many weights. Another network starts over.',
          Recipe:
            'How it is trained. Recommended is meant to read what visitors draw, Best on MNIST to do well in MNIST’s own test; As published is what the network’s authors did.',
        }}
      />
      {recipe.value !== null && <p class="quiet">The recipe at hand: {recipe.value.title}.</p>}
    </>
  ),

  training: () => (
    <>
      <Terms
        of={{
          'Train, Pause': 'Goes through the training images again and again. A pause loses nothing.',
          Step: 'Learns from one mini-batch, and waits.',
          Rewind: `Back to the very weights it began with, those of seed ${runSettings.value.seed}.`,
          'New seed': 'Begins anew, from other random weights.',
        }}
      />
      <p>Each step moves every weight w a little, by the learning rate η, against the gradient of the loss L:</p>
      {gradientStep}
    </>
  ),

  figures: () => <Figures />,
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
