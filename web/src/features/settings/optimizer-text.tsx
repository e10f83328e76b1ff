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

const defaultDecay = (type: OptimizerOptions['type']): number => (type === 'adamW' ? 0.01 : 0);

function WeightDecay({ type, weightDecay = defaultDecay(type) }: OptimizerOptions) {
  if (weightDecay === 0) return null;
  return type === 'adamW' ? display(w, o('←'), w, o('−'), i('η'), i('λ'), w) : display(g, o('←'), g, o('+'), i('λ'), w);
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
        {type !== 'adamW' && (optimizer.weightDecay ?? 0) > 0 && ' Weight decay λ pulls every weight towards 0.'}
      </p>
      <WeightDecay {...optimizer} />
      {type === 'sgd' && <Sgd hasMomentum={hasMomentum} nesterov={optimizer.nesterov === true} />}
      {type === 'rmsprop' && <RmsProp hasMomentum={hasMomentum} />}
      {(type === 'adam' || type === 'adamW') && <Moments />}
    </>
  );
}
