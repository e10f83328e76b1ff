// SPDX-License-Identifier: MIT
//
// The texts of the info marks of the panel of runs.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  runs: () => (
    <>
      <p>
        A run is one training of one network: its settings, data and seed, its curves and tests, and the weights at its
        last step. When you choose another network, other data, another seed or recipe, or rewind, the run before stays
        here if it was trained for 100 steps or tested.
      </p>
      <Terms
        of={{
          'Go on': 'Brings the run back, bit for bit, and trains on from there. The present run stays in the table.',
          Branch: 'Begins a new run from the last step of this one.',
          Pin: 'A pinned run stays until you delete it.',
          'Multiply-adds': 'Multiplications and additions that the network needs for one image.',
          Time: 'How long the run has trained on this computer, whatever else the computer did meanwhile.',
          Weights: 'Two runs with the same hash have bit-exact the same weights.',
        }}
      />
    </>
  ),
  branch: () => (
    <Terms
      of={{
        'Begin the branch':
          'The new run goes on with the state of the optimizer, at the learning rate that you give, or at the one that the run had.',
        'New run from its weights':
          'A new network in the list of networks, which begins with these weights. All settings can be changed: optimizer, batch size, recipe, data.',
      }}
    />
  ),
  sides: () => (
    <p>
      Both networks look at what is on the pad above, or at the test image. Each column shows how likely each class is
      to its network, and what its layers make of the image: blue is positive, orange negative.
    </p>
  ),
  front: () => (
    <p>
      Each point is a run, or a network of the zoo: the further up, the more test images it classifies correctly; the
      further left, the less it costs. The distance between two accuracies is that of the errors: from 90 to 99 % is as
      far as from 99 to 99.9 %. On the Pareto front are those that no other point beats in both. Different machines take
      different times, so compare times only with runs of this one.
    </p>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
