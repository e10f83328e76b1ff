// SPDX-License-Identifier: MIT
//
// The texts of the settings' info marks, with the formulas of torch.optim and its schedules.

import { recipe } from '../../state/store';
import { textsFrom } from '../../ui/info';
import { display, i, n, o, over, sub, sum } from '../../ui/math';
import type { ComponentChildren } from 'preact';
import type { OptimizerName } from '../../shared/optimizers';

const w = i('w');
const g = i('g');
const squared = (of: ComponentChildren) => (
  <msup>
    {of}
    {n('2')}
  </msup>
);
const beta = (index: string) => sub('β', index);
const oneLess = (of: ComponentChildren) => [o('('), n('1'), o('−'), of, o(')')];
const rootOf = (of: ComponentChildren) => (
  <>
    <msqrt>{of}</msqrt>
    {o('+')}
    {i('ε')}
  </>
);

/** `decay`: what is taken off the weight besides. */
const adam = (...decay: ComponentChildren[]) => (
  <>
    {display(i('m'), o('←'), beta('1'), i('m'), o('+'), oneLess(beta('1')), g)}
    {display(i('v'), o('←'), beta('2'), i('v'), o('+'), oneLess(beta('2')), squared(g))}
    {display(w, o('←'), w, o('−'), i('η'), over(i('m̂'), rootOf(i('v̂'))), ...decay)}
  </>
);

const explanations: Readonly<Record<OptimizerName, { text: string; formula: ComponentChildren }>> = {
  sgd: {
    text: 'SGD goes against the gradient g; momentum m keeps some of the last steps, as a heavy ball would.',
    formula: (
      <>
        {display(i('m'), o('←'), i('μ'), i('m'), o('+'), g)}
        {display(w, o('←'), w, o('−'), i('η'), i('m'))}
      </>
    ),
  },
  adam: {
    text: 'Adam divides each weight’s mean gradient by how large its gradients have lately been: every weight has a step size of its own.',
    formula: adam(),
  },
  adamW: {
    text: 'AdamW is Adam with decoupled weight decay: each step also makes every weight a little smaller, by the factor λ.',
    formula: adam(o('−'), i('η'), i('λ'), w),
  },
  rmsprop: {
    text: 'RMSprop divides each gradient by how large that weight’s gradients have lately been.',
    formula: (
      <>
        {display(i('v'), o('←'), i('α'), i('v'), o('+'), oneLess(i('α')), squared(g))}
        {display(w, o('←'), w, o('−'), i('η'), over(g, rootOf(i('v'))))}
      </>
    ),
  },
};

function Optimizer() {
  const { text, formula } = explanations[recipe.value?.optimizer.type ?? 'adam'];
  return (
    <>
      <p>How a gradient becomes a step. {text}</p>
      {formula}
    </>
  );
}

const cosine = display(
  sub('η', 't'),
  o('='),
  over(i('η'), n('2')),
  o('('),
  n('1'),
  o('+'),
  i('cos'),
  over([i('π'), i('t')], i('T')),
  o(')'),
);

const texts = {
  learningRate: () => (
    <>
      <p>
        How far each step moves the weights: η. Too small, and nothing much happens; too large, and it overshoots and
        diverges. It can be changed in mid-run. The curve beside shows it over the whole run, the dashed line where the
        run is.
      </p>
      {display(w, o('←'), w, o('−'), i('η'), over([o('∂'), i('L')], [o('∂'), w]))}
    </>
  ),

  optimizer: () => <Optimizer />,

  batchSize: () => (
    <>
      <p>
        How many images it looks at before each step. The gradient is the mean over these B images: of few it is rough
        but quickly had, of many it is steady but slow.
      </p>
      {display(g, o('='), over(n('1'), i('B')), sum('b', over([o('∂'), sub('L', 'b')], [o('∂'), w])))}
    </>
  ),

  epochs: () => (
    <p>
      How often it goes through all training images. Then the recipe ends, and training stops by itself. Train adds as
      many epochs again: the schedule is stretched over all of them, so that the learning rate rises once more and then
      falls to the new end.
    </p>
  ),

  schedule: () => (
    <>
      <p>
        How the learning rate goes over the run: large steps find the way, small ones at the end settle in. One cycle
        begins small as well. Falling by a cosine, at step t of T:
      </p>
      {cosine}
    </>
  ),

  distortion: () => (
    <>
      <p>
        Each training image is turned, shifted, scaled and slanted a little, by chance and anew in every epoch, so that
        it cannot be learnt by heart. Strong also bends it. Below stand one of them and eight of its versions. Every
        point is moved so, by an angle θ, scale s, slant k and shift d:
      </p>
      {display(
        <msup>
          {i('x')}
          {o('′')}
        </msup>,
        o('='),
        i('s'),
        sub('R', 'θ'),
        sub('K', 'k'),
        i('x'),
        o('+'),
        i('d'),
      )}
    </>
  ),

  seed: () => (
    <p>
      The number that all that is random here comes from: first weights, order of the images, distortion. The same seed
      gives the same run, to the last bit, on every machine.
    </p>
  ),

  threads: () => (
    <p>
      How many parts of the processor work on each mini-batch at once. Their sums are put together in an order that does
      not depend on how many they are: more threads are faster, and come to the same weights, to the last bit.
    </p>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
