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
      The mean squared error: how far each output y is from its target t (1 for the correct class, 0 for the others),
      squared, on average over the K classes.
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
      Cross entropy: the negative natural logarithm of the probability p that the network gave to the correct class, on
      average over the images of the last steps. Random guessing gives ln {classNames.value.length} = {guessing()}, a
      perfect prediction gives 0.
    </p>
    {display(i('L'), o('='), o('−'), i('ln'), sub('p', 'correct'))}
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
          'Last steps': `On the ${many} of the last mini-batches, before each step. With augmentation they are harder than the test ${many}, and dropout is on: this figure may be below the others.`,
          Training: `On a fixed sample of the training ${many} as they are, after each epoch, evaluated in the same way as the test ${many}. If it is much higher than the test accuracy, the network overfits: it has memorized its training ${many}.`,
          Test: `On ${count === undefined ? 'the' : grouped(count)} ${many} that the network never trains on, after each epoch: how well it does on new ${many}.`,
          Validation:
            'On training images that are held out, if you chose so: for comparing settings without looking at the test set.',
        }}
      />
      {display(<mtext>accuracy</mtext>, o('='), share('classified correctly', 'all'))}
    </>
  );
}

const texts = {
  loss: () => (recipe.value?.loss.type === 'mse' ? squaredLoss : crossEntropy()),

  curves: () => (
    <>
      <Terms
        of={{
          Smoothing: 'Draws the running mean m of the values instead of each single value x, which is noisy.',
          'Log scale': 'Powers of ten are equally far apart, so that small improvements late in training are visible.',
          'The curve': 'Point at it, or use the arrow keys, to read its values.',
        }}
      />
      {display(i('m'), o('←'), i('k'), i('m'), o('+'), o('('), n('1'), o('−'), i('k'), o(')'), i('x'))}
    </>
  ),

  accuracy: () => <Accuracy />,

  confusion: () => (
    <>
      <p>
        Each row is a true class, each column a predicted class, and each cell counts the test {noun.value.many} of that
        pair. Blue cells on the diagonal are correct; their strength is the share of the row:
      </p>
      {display(<mtext>blue</mtext>, o('='), share('count in the cell', 'sum of the row'))}
      <p>
        Orange cells are mistakes; their strength compares the cell with the most frequent mistake of all. The square
        root makes rare mistakes visible:
      </p>
      {display(
        <mtext>orange</mtext>,
        o('='),
        <msqrt>{share('count in the cell', 'count of the most frequent mistake')}</msqrt>,
      )}
      <p>Press a cell to list its images next to the matrix; press it again to list all mistakes.</p>
    </>
  ),

  mistakes: () => (
    <p>
      Test images with their label, the predicted class and the network’s confidence in it, the most confident first.
      Confident mistakes tell the most: the network has learned something wrong, or the label is doubtful. Press an
      image to send it through the network.
    </p>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
