// SPDX-License-Identifier: MIT
//
// The optimizer of the present run: what it does, and its update rule as torch.optim's documentation has it, with the terms that the
// recipe uses and without those that it sets to zero. t counts the steps.

import { display, i, n, o, over, sub } from '../../ui/math';
import type { ComponentChildren } from 'preact';
import type { OptimizerOptions, Recipe } from 'tinycnn';

const [w, g, m, v] = [i('w'), i('g'), i('m'), i('v')];
const power = (base: ComponentChildren, exponent: ComponentChildren) => (
  <msup>
    {base}
    {exponent}
  </msup>
);
const squared = (of: ComponentChildren) => power(of, n('2'));
const beta = (index: string) => sub('β', index);
const oneLess = (of: ComponentChildren) => [o('('), n('1'), o('−'), of, o(')')];
const rootOf = (of: ComponentChildren) => (
  <>
    <msqrt>{of}</msqrt>
    {o('+')}
    {i('ε')}
  </>
);

/** w ← w − η · what is given. */
const update = (...direction: ComponentChildren[]) => display(w, o('←'), w, o('−'), i('η'), ...direction);

const defaultDecays: Partial<Record<OptimizerOptions['type'], number>> = { adamW: 0.01, muon: 0.1 };
/** Whether it shrinks the weights themselves and does not change their gradients. */
const decouples = (type: OptimizerOptions['type']): boolean => type === 'adamW' || type === 'muon';

function WeightDecay({ type, weightDecay = defaultDecays[type] ?? 0 }: OptimizerOptions) {
  if (weightDecay === 0) return null;
  return decouples(type) ? display(w, o('←'), w, o('−'), i('η'), i('λ'), w) : display(g, o('←'), g, o('+'), i('λ'), w);
}

const Moments = () => (
  <>
    {display(m, o('←'), beta('1'), m, o('+'), oneLess(beta('1')), g)}
    {display(v, o('←'), beta('2'), v, o('+'), oneLess(beta('2')), squared(g))}
    {display(
      i('m̂'),
      o('='),
      over(m, [n('1'), o('−'), power(beta('1'), i('t'))]),
      o(','),
      i('v̂'),
      o('='),
      over(v, [n('1'), o('−'), power(beta('2'), i('t'))]),
    )}
    {update(over(i('m̂'), rootOf(i('v̂'))))}
  </>
);

function Sgd({ hasMomentum, nesterov }: { hasMomentum: boolean; nesterov: boolean }) {
  if (!hasMomentum) return update(g);
  return (
    <>
      {display(m, o('←'), i('μ'), m, o('+'), g)}
      {nesterov ? update(o('('), g, o('+'), i('μ'), m, o(')')) : update(m)}
    </>
  );
}

function RmsProp({ hasMomentum }: { hasMomentum: boolean }) {
  const scaled = over(g, rootOf(v));
  return (
    <>
      {display(v, o('←'), i('α'), v, o('+'), oneLess(i('α')), squared(g))}
      {hasMomentum && display(m, o('←'), i('μ'), m, o('+'), scaled)}
      {update(hasMomentum ? m : scaled)}
    </>
  );
}

function Muon({ nesterov }: { nesterov: boolean }) {
  const [x, big] = [i('X'), i('M')];
  const transposed = power(x, i('T'));
  return (
    <>
      {display(big, o('←'), i('μ'), big, o('+'), oneLess(i('μ')), g)}
      {display(
        x,
        o('←'),
        nesterov ? [i('μ'), big, o('+'), oneLess(i('μ')), g] : big,
        o(','),
        x,
        o('←'),
        over(x, [o('‖'), x, o('‖')]),
      )}
      {display(
        x,
        o('←'),
        n('3.4445'),
        x,
        o('−'),
        n('4.7750'),
        x,
        transposed,
        x,
        o('+'),
        n('2.0315'),
        x,
        transposed,
        x,
        transposed,
        x,
      )}
      <p>The last line is done five times. Then, for a matrix with a larger side of N:</p>
      {update(n('0.2'), <msqrt>{i('N')}</msqrt>, x)}
    </>
  );
}

/** One cycle sets the momentum itself, whatever the optimizer says. */
function usesMomentum({ optimizer, schedule }: Pick<Recipe, 'optimizer' | 'schedule'>): boolean {
  const isCycled = schedule.type === 'oneCycle' && schedule.cycleMomentum !== false;
  return isCycled || ('momentum' in optimizer && (optimizer.momentum ?? 0) > 0);
}

const explanations: Record<OptimizerOptions['type'], string> = {
  sgd: 'Stochastic gradient descent (SGD) moves each weight against its gradient g.',
  adam: 'Adam divides a running mean of each weight’s gradient g by the running size of that gradient, so every weight has a step size of its own.',
  adamW:
    'AdamW is Adam with decoupled weight decay: besides the step of Adam, each step makes every weight smaller by the share ηλ.',
  muon: 'Muon takes the weights of a layer as one matrix (for a convolution, a row for each output channel) and makes its running mean of the gradients orthogonal: the step goes equally far in all directions of the matrix, not mostly along the strongest. Biases and batch norm are trained by AdamW with the same learning rate.',
  rmsprop: 'RMSprop divides each gradient g by the running size of that weight’s gradients.',
};

export function OptimizerText({ recipe }: { recipe: Pick<Recipe, 'optimizer' | 'schedule'> }) {
  const { optimizer } = recipe;
  const { type } = optimizer;
  const hasMomentum = (type === 'sgd' || type === 'rmsprop') && usesMomentum(recipe);
  return (
    <>
      <p>
        The optimizer turns gradients into changes of the weights. {explanations[type]}
        {hasMomentum && ' Momentum μ adds part of the previous steps, as a heavy ball keeps rolling.'}
        {!decouples(type) && (optimizer.weightDecay ?? 0) > 0 && ' Weight decay λ pulls every weight towards 0.'}
      </p>
      <WeightDecay {...optimizer} />
      {type === 'sgd' && <Sgd hasMomentum={hasMomentum} nesterov={optimizer.nesterov === true} />}
      {type === 'rmsprop' && <RmsProp hasMomentum={hasMomentum} />}
      {type === 'muon' && <Muon nesterov={optimizer.nesterov !== false} />}
      {(type === 'adam' || type === 'adamW') && <Moments />}
    </>
  );
}
