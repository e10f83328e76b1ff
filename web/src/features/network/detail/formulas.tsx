// SPDX-License-Identifier: MIT
//
// What each kind of layer computes, as formulas (MathML).

import { display, exp, formula, i, n, o, over, sub, sum } from '../../../ui/math';
import type { ComponentChildren } from 'preact';

const convolution = formula(
  sum(
    'c, r, s',
    <>
      {sub('w', 'c,r,s')}
      {o('·')}
      {sub('x', 'c,r,s')}
    </>,
  ),
  o('+'),
  i('b'),
);

const dense = formula(sum('i', [sub('w', 'i'), o('·'), sub('x', 'i')]), o('+'), i('b'));

const batchNorm = formula(
  i('γ'),
  over(
    [i('x'), o('−'), i('μ')],
    <msqrt>
      <msup>
        {i('σ')}
        {n('2')}
      </msup>
      {o('+')}
      {i('ε')}
    </msqrt>,
  ),
  o('+'),
  i('β'),
);

const share = over(exp(sub('x', 'k')), sum('j', exp(sub('x', 'j'))));
const mean = formula(over(n('1'), i('n')), sum('i', sub('x', 'i')));
const sigmoid = over(n('1'), [n('1'), o('+'), exp([o('−'), i('x')])]);

const formulas: Readonly<Record<string, ComponentChildren>> = {
  input: formula(over([over(i('p'), n('255')), o('−'), i('μ')], i('σ'))),
  conv2d: convolution,
  linear: dense,
  relu: formula(i('max'), o('('), n('0'), o(','), i('x'), o(')')),
  relu6: formula(i('min'), o('('), n('6'), o(','), i('max'), o('('), n('0'), o(','), i('x'), o(')'), o(')')),
  leakyReLU: formula(i('max'), o('('), i('a'), i('x'), o(','), i('x'), o(')')),
  sigmoid: formula(sigmoid),
  tanh: formula(i('tanh'), i('x')),
  silu: formula(i('x'), o('·'), sigmoid),
  gelu: formula(i('x'), o('·'), i('Φ'), o('('), i('x'), o(')')),
  maxPool2d: formula(
    <munder>
      <mi>max</mi>
      <mi>window</mi>
    </munder>,
    i('x'),
  ),
  avgPool2d: mean,
  globalAvgPool2d: mean,
  batchNorm2d: batchNorm,
  batchNorm1d: batchNorm,
  add: formula(sub('x', '1'), o('+'), sub('x', '2')),
  multiply: formula(sub('x', '1'), o('·'), sub('x', '2')),
  zeroPad2d: display(sub('y', 'r + top, c + left'), o('='), sub('x', 'r, c')),
  softmax: formula(share),
  logSoftmax: formula(i('log'), share),
};

export const formulaOf = (type: string): ComponentChildren => formulas[type] ?? null;

/** A kernel's gradient, and the step against it. */
export const gradientFormula = display(
  over([o('∂'), i('L')], [o('∂'), i('w')]),
  o('='),
  sum('cells', [over([o('∂'), i('L')], [o('∂'), i('y')]), o('·'), i('x')]),
  o(','),
  <mspace width="1em" />,
  i('Δ'),
  i('w'),
  o('='),
  o('−'),
  i('η'),
  over([o('∂'), i('L')], [o('∂'), i('w')]),
);
