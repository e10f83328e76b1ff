// SPDX-License-Identifier: MIT
//
// The text of the answer's info mark.

import { recipe } from '../../state/store';
import { textsFrom } from '../../ui/info';
import { display, exp, o, over, sub, sum } from '../../ui/math';

const squared = (): boolean => recipe.value?.loss.type === 'mse';

const texts = {
  answer: () => (
    <>
      <p>
        The last layer gives one number for each class. The bars share a hundred per cent out among them
        {squared()
          ? ', in the measure of those above zero'
          : ' by softmax: the larger the number, the larger the share'}
        . How sure it is does not say whether it is right. The button in the heading shows it worked out.
      </p>
      {!squared() && display(sub('p', 'k'), o('='), over(exp(sub('x', 'k')), sum('j', exp(sub('x', 'j')))))}
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
