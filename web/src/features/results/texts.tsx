// SPDX-License-Identifier: MIT
//
// The texts of the info marks beside the curves, the confusion matrix and the mistakes.

import { grouped } from '../../shared/format';
import { classNames, data, noun, recipe } from '../../state/store';
import { display, i, n, o, over, sub, sum } from '../../ui/math';
import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const guessing = (): string => Math.log(classNames.value.length).toFixed(2);

const squaredLoss = (
  <>
    <p>
      How wrong it is: how far each output is from 1 for the right class and from 0 for the others, squared, on average.
    </p>
    {display(
      i('L'),
      o('='),
      over(n('1'), i('K')),
      sum('k', [
        <msup>
          <mrow>
            {o('(')}
            {sub('y', 'k')}
            {o('−')}
            {sub('t', 'k')}
            {o(')')}
          </mrow>
          {n('2')}
        </msup>,
      ]),
    )}
  </>
);

const crossEntropy = () => (
  <>
    <p>
      How wrong it is, in the mean over the images it has just learnt from: the negative logarithm of the probability p
      that it gave to the right class. Guessing blindly costs ln {classNames.value.length} = {guessing()}, a perfect
      answer 0.
    </p>
    {display(i('L'), o('='), o('−'), i('ln'), sub('p', 'right'))}
  </>
);

const share = (top: string, bottom: string) => over(<mtext>{top}</mtext>, <mtext>{bottom}</mtext>);

function Accuracy() {
  const { many } = noun.value;
  const count = data.value.facts?.testCount;
  return (
    <>
      <Terms
        of={{
          Training: `Of the ${many} it has just learnt from. Where they are distorted, they are harder than the test.`,
          Test: `Of ${count === undefined ? 'the' : grouped(count)} ${many} it never learns from, after each epoch: the honest figure.`,
          Validation: 'Of training images that are held out, if any are: to choose by.',
        }}
      />
      {display(<mtext>accuracy</mtext>, o('='), share('read rightly', 'all'))}
    </>
  );
}

const texts = {
  loss: () => (recipe.value?.loss.type === 'mse' ? squaredLoss : crossEntropy()),

  curves: () => (
    <>
      <Terms
        of={{
          Smoothing: 'Draws the mean m of what came before instead of each single value x, which jumps about.',
          'Log scale': 'Powers of ten lie equally far apart, so that small gains late in the training can be seen.',
          'The curve': 'Point at it, or move by the arrow keys, to read its values.',
        }}
      />
      {display(i('m'), o('←'), i('k'), i('m'), o('+'), o('('), n('1'), o('−'), i('k'), o(')'), i('x'))}
    </>
  ),

  accuracy: () => <Accuracy />,

  confusion: () => (
    <>
      <p>
        A row for each class, a column for what its test {noun.value.many} were read as. Blue on the diagonal: right,
        the stronger the more of the class. Orange: mistakes, the stronger the more frequent.
      </p>
      {display(<mtext>share</mtext>, o('='), share('count in the cell', 'all of its row'))}
      <p>Press a cell to list its images beside; press it again for all mistakes.</p>
    </>
  ),

  mistakes: () => (
    <p>
      Test images with what they are, what they were read as, and how sure the network is of that, the surest first.
      Sure mistakes tell the most: of what it has learnt wrongly, or of a label that is odd. Press one to put it on the
      network.
    </p>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
