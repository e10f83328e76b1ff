// SPDX-License-Identifier: MIT
//
// The text of the answer's info mark.

import { noun, recipe } from '../../state/store';
import { textsFrom } from '../../ui/info';
import { display, exp, o, over, sub, sum } from '../../ui/math';

const squared = (): boolean => recipe.value?.loss.type === 'mse';

const texts = {
  answer: () => (
    <>
      <p>
        The last layer gives one number for each class.{' '}
        {squared()
          ? 'The bars show the positive ones as shares of their sum.'
          : 'Softmax turns these numbers x into probabilities p that add up to 100 %: the larger the number, the larger the probability.'}{' '}
        High confidence does not mean that the prediction is correct. The button in the heading shows the calculation.
      </p>
      <p>
        The network only knows its classes: it names one of them whatever it is shown. A drawing is marked “Unlike
        anything it was trained on” if the activations of the last layers are farther from those of the training{' '}
        {noun.value.many} than 95 % of these are themselves. So one drawing in twenty is marked although nothing is
        wrong with it.
      </p>
      {!squared() && display(sub('p', 'k'), o('='), over(exp(sub('x', 'k')), sum('j', exp(sub('x', 'j')))))}
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
