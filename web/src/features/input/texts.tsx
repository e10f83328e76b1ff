// SPDX-License-Identifier: MIT
//
// What the pad, the digit at hand and the visitor's own digits say of themselves.

import { noun } from '../../state/store';
import { display, i, n, o, over, sum } from '../../ui/math';
import { Terms } from '../../ui/terms';
import type { TopicTexts } from '../../state/topic';

const mean = (along: string) => over(sum('', [i('p'), o('·'), i(along)]), sum('', i('p')));

export const inputTexts = {
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

  dataBrowser: () => (
    <Terms
      of={{
        Classes: 'Of each class the mean of its training images, pixel by pixel, and how many images there are.',
        Samples: 'Single images of one class: to learn from, to test with, or misread in the last test.',
        Distorted: 'One training image as it comes in each epoch, turned, shifted, scaled and slanted.',
      }}
    />
  ),
} satisfies TopicTexts;
