// SPDX-License-Identifier: MIT
//
// The text of the info mark beside the time machine.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  timeMachine: () => (
    <>
      <p>
        The page notes the weights of the run at many steps: each of the first ones, then ever farther apart. Drag the
        slider, and the network answers to your digit as it did then.
      </p>
      <Terms
        of={{
          Step: 'Any step so far. A step that was not noted is trained again, to the very same weights.',
          'Go on from here': 'Starts a new run from that step, for example with another learning rate.',
          Weights:
            'A number computed from all weights (their hash). Two runs with the same hash have exactly the same weights.',
        }}
      />
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
