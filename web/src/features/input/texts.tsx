// SPDX-License-Identifier: MIT
//
// The texts of the info marks beside the pad and the current input.

import { noun, recipe } from '../../state/store';
import { display, i, n, o, over, sum } from '../../ui/math';
import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const mean = (along: string) => over(sum('', [i('p'), o('·'), i(along)]), sum('', i('p')));

const normalization = () => recipe.value?.normalize ?? { mean: 0.1307, std: 0.3081 };

const texts = {
  drawing: () => (
    <>
      <p>
        Draw with a mouse, a finger or a pen, or by keyboard: Space puts the pen down and lifts it, arrow keys move it.
        The network classifies the drawing after every move, also during training.
      </p>
      <Terms
        of={{
          'Undo, Redo': 'Undo removes the last stroke, Redo restores it: Ctrl+Z, Ctrl+Shift+Z.',
          Replay: 'Shows again how the drawing was made.',
          Clear: 'Empties the pad; Undo restores the drawing.',
          Keep: 'Adds the drawing to your own digits, with the label chosen next to it.',
          'Your digits': 'Opens your own digits, so that the network can be trained on them.',
        }}
      />
    </>
  ),

  prepared: () => (
    <>
      <p>
        The network receives 28×28 numbers from 0 (no ink) to 255 (full ink) and nothing else. Before the first layer
        each number is normalized with two constants of the recipe, μ = {normalization().mean} and σ ={' '}
        {normalization().std}, whatever the data set. (MNIST’s training images have the mean 0.1307 and the standard
        deviation 0.3081.)
      </p>
      {display(i('x'), o('='), over([over(i('pixel'), n('255')), o('−'), i('μ')], i('σ')))}
      <p>The network never trains on the test {noun.value.many}, so they show how well it classifies new ones.</p>
      <Terms
        of={{
          [`Test ${noun.value.one}`]: 'A random one.',
          Next: 'The next one in the order of the test set.',
          Mistake: 'The next one that was misclassified in the last test.',
        }}
      />
    </>
  ),

  preparation: () => (
    <>
      <p>
        The digits of MNIST were scaled to a box of 20×20 pixels and then centred in 28×28 by their centre of mass. A
        network trained on them works best with drawings that are prepared in the same way. The last step moves the
        centre of mass of the ink to the middle; p is the ink of the pixel at (x, y):
      </p>
      {display(o('('), i('x'), o(','), i('y'), o(')'), o('='), o('('), mean('x'), o(','), mean('y'), o(')'))}
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
