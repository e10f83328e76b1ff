// SPDX-License-Identifier: MIT
//
// The texts of the settings' info marks, with the formulas of torch.optim's schedules.

import { OptimizerText } from './optimizer-text';
import { recipe } from '../../state/store';
import { textsFrom } from '../../ui/info';
import { display, i, n, o, over, sub, sum } from '../../ui/math';

const w = i('w');
const g = i('g');
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
        The learning rate η is how far each step moves the weights. If it is too small, training is slow; if it is too
        large, the weights overshoot and the loss diverges. You can change it during training. The curve shows the rate
        over the whole run; the dashed line marks the present step.
      </p>
      {display(w, o('←'), w, o('−'), i('η'), over([o('∂'), i('L')], [o('∂'), w]))}
    </>
  ),

  optimizer: () => (recipe.value === null ? null : <OptimizerText recipe={recipe.value} />),

  batchSize: () => (
    <>
      <p>
        The number of images in a mini-batch. The network looks at these B images before each step, and the gradient is
        the mean over them: with few images it is noisy but quick to compute, with many it is accurate but slow.
      </p>
      {display(g, o('='), over(n('1'), i('B')), sum('b', over([o('∂'), sub('L', 'b')], [o('∂'), w])))}
    </>
  ),

  epochs: () => (
    <p>
      One epoch is one pass through all training images. After this number of epochs the recipe ends and training stops.
      Train then adds the same number of epochs: the schedule is stretched over all of them, so that the learning rate
      rises once more and falls to the new end.
    </p>
  ),

  schedule: () => (
    <>
      <p>
        How the learning rate changes over the run: large steps at first make quick progress, small ones at the end
        settle on good weights. One cycle starts small, rises and falls. The cosine schedule, at step t of T, is:
      </p>
      {cosine}
    </>
  ),

  augmentation: () => (
    <>
      <p>
        Data augmentation: in every epoch each training image is rotated, shifted, scaled and sheared a little, by
        random amounts, so that the network cannot simply memorize it. “Strong” also bends the image (elastic
        deformation). “Off” also switches synthetic digits off. Each point x of the image moves to x′, with rotation
        angle θ, scale s, shear k and shift d:
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

  trainingImages: () => (
    <p>
      How many of the training images the network learns from, with as many of each class as possible. With few images
      it can memorize all of them: training accuracy reaches 100 % and test accuracy stays behind (overfitting). The
      recipe then makes more epochs, so that it trains for at least 2,000 steps. The choice is the same in every run,
      and a smaller one is part of a larger one.
    </p>
  ),

  synthetic: () => (
    <p>
      The share of each epoch that is replaced by synthetic digits, which the page draws in many styles of handwriting,
      different ones in every epoch. They make the network better at digits that are not written as in MNIST.
    </p>
  ),

  wrongLabels: () => (
    <p>
      The share of training images whose label is replaced by a wrong one, at random but the same in every run. The test
      images keep their correct labels. Training accuracy counts the wrong labels as if they were right: a network that
      reaches 100 % has memorized them.
    </p>
  ),

  cutout: () => (
    <p>
      Cutout makes a square of each training image black, in another random place in every epoch, here with sides of
      this many pixels. The network cannot rely on one part of a digit and learns to recognize it by the others. Around
      8 of 28 pixels is usual; 0 is off. Synthetic digits stay whole.
    </p>
  ),

  mixup: () => (
    <>
      <p>
        Mixup lays another random training image over each one, in every epoch another. An image with label a and one
        with label b, in shares 1 − λ and λ, count as that much of an a and of a b: the loss is the mean of the losses
        with both labels.
      </p>
      {display(
        i('x'),
        o('='),
        [o('('), n('1'), o('−'), i('λ'), o(')')],
        sub('x', 'a'),
        o('+'),
        i('λ'),
        sub('x', 'b'),
        o(','),
        i('L'),
        o('='),
        [o('('), n('1'), o('−'), i('λ'), o(')')],
        sub('L', 'a'),
        o('+'),
        i('λ'),
        sub('L', 'b'),
      )}
      <p>
        λ is at most a half and random, by the beta distribution with this number as both parameters: around 0.2 most
        images stay nearly as they are, at 1 every share is equally likely. 0 is off. Training accuracy counts label a
        alone, so it is lower than without.
      </p>
    </>
  ),

  seed: () => (
    <p>
      The number that determines everything random in a run: the initial weights, the order of the images and the
      augmentation. The same seed gives bit-exact the same weights on every device.
    </p>
  ),

  threads: () => (
    <p>
      How many processor threads work on each mini-batch at the same time. The order in which their sums are added does
      not depend on the number of threads, so any number gives bit-exact the same weights. More threads are faster, but
      only where each has a processor core for itself. Browsers do not always report the true number of cores, and other
      programs use them too. With “auto” the page tries several numbers of threads in the first moments of training and
      keeps the fastest. It tries them again when the speed changes.
    </p>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
