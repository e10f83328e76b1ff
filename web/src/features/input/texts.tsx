// SPDX-License-Identifier: MIT
//
// The texts of the info marks beside the pad and the current input.

import { noun } from '../../state/store';
import { display, i, n, o, over, sum } from '../../ui/math';
import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const mean = (along: string) => over(sum('', [i('p'), o('·'), i(along)]), sum('', i('p')));

const texts = {
  drawing: () => (
    <>
      <p>
        Draw with mouse, finger or pen, or by keyboard: Space puts the pen down and lifts it, arrow keys move it. The
        network reads it at every move, also while it trains.
      </p>
      <Terms
        of={{
          'Undo, Redo': 'Takes back the last stroke, or brings it back: Ctrl+Z, Ctrl+Shift+Z.',
          Replay: 'Shows once more how it was drawn.',
          Clear: 'An empty pad; Undo brings the drawing back.',
          Keep: 'Puts the drawing among your own digits, as the digit chosen beside it.',
          'My digits': 'Opens those, for the network to learn them.',
          Pen: 'How thick the pen is on the pad. The network sees only its path, so it does not matter to the answer.',
        }}
      />
    </>
  ),

  prepared: () => (
    <>
      <p>
        This is all that the network gets: 28×28 numbers from 0 (no ink) to 255 (full ink). Before the first layer each
        is scaled so that over all training images the mean is 0 and the spread 1; μ and σ are those of the data.
      </p>
      {display(i('x'), o('='), over([over(i('pixel'), n('255')), o('−'), i('μ')], i('σ')))}
      <p>The network never learns from test {noun.value.many}: whether it reads them says what it can do.</p>
      <Terms
        of={{
          [`Test ${noun.value.one}`]: 'One picked by chance.',
          Next: 'The one after it, in the order of the test set.',
          Mistake: 'The next that it misread in the last test.',
        }}
      />
    </>
  ),

  preparation: () => (
    <>
      <p>
        MNIST’s digits all went through these steps, and the network knows no others. So your drawing goes through them
        as well. The last step brings the centre of mass of the ink p to the middle:
      </p>
      {display(o('('), i('x'), o(','), i('y'), o(')'), o('='), o('('), mean('x'), o(','), mean('y'), o(')'))}
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
