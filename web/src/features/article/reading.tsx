// SPDX-License-Identifier: MIT
//
// The article's first part: what happens to an image on its way from the pixels to the prediction.

import { grouped, percent } from '../../shared/format';
import { classNames, noun, recipe } from '../../state/store';
import { display, exp, i, n, o, over, sub, sum } from '../../ui/math';
import { Bend, Figure, FirstLayers, Pixels } from './figures';
import {
  activation,
  convolution,
  dense,
  kernelText,
  learnsBySquares,
  network,
  parametersOf,
  pooling,
  specOf,
} from './network';
import { Point } from './point';
import { Live, Part, Section } from './words';

function ImageSection() {
  const { one } = noun.value;
  return (
    <Section
      id="how-image"
      title="An image is a grid of numbers"
      figure={
        <Figure caption={`The current ${one}, and the framed part of it as numbers: 0 is no ink, 255 is full ink.`}>
          {Pixels}
        </Figure>
      }
    >
      <p>
        To a computer, this {one} is 784 numbers, 28 rows of 28, one for each pixel.{' '}
        <Point at="prepared">The network receives nothing else.</Point> The numbers do not say what a line is or what a
        {one === 'digit' ? ' seven' : ` ${one}`} looks like. The network has to learn that from examples.
      </p>
      <p>
        First the numbers are normalized, in the same way for all images: μ is subtracted and the result is divided by
        σ. On this page the recipe sets both, here μ = <Live of={() => String(recipe.value?.normalize.mean ?? '')} />{' '}
        and σ = <Live of={() => String(recipe.value?.normalize.std ?? '')} />. The usual choice is the mean and the
        standard deviation of the training images, 0.1307 and 0.3081 for MNIST. Networks learn faster when their inputs
        are centred near zero.
      </p>
      {display(i('x'), o('='), over([over(i('pixel'), n('255')), o('−'), i('μ')], i('σ')))}
    </Section>
  );
}

function NoConvolution() {
  return (
    <p>
      The current network, <Live of={() => network.value?.title ?? null} />, has no convolution: each of its units adds
      up all pixels at once. Choose another network in <Point at="choices">the control bar</Point> to see a convolution.
    </p>
  );
}

function OwnConvolution() {
  const layer = convolution.value;
  if (layer === null) return <NoConvolution />;
  return (
    <p>
      The first convolution here, {layer.name}, has <Live of={() => String(layer.shape[0])} /> filters with kernels of{' '}
      <Live of={() => kernelText(specOf(layer.name))} /> weights. The same weights are used at every position, so the
      layer needs only <Live of={() => grouped(layer.parameters)} /> numbers and finds a stroke wherever it is.{' '}
      <Point at="convolution">Watch the kernel move over the picture cell by cell.</Point> A second convolution takes
      these channels as its input instead of the pixels, so its kernels can respond to combinations of strokes, such as
      corners, ends and loops.
    </p>
  );
}

function ConvolutionSection() {
  return (
    <Section
      id="how-convolution"
      title="Convolution: one small filter, applied everywhere"
      figure={
        convolution.value !== null && (
          <Figure caption="Live: the input, and the first channel of each of the first layers. Blue is positive, orange negative.">
            {FirstLayers}
          </Figure>
        )
      }
    >
      <p>
        A convolution slides a small grid of weights, the kernel, over the picture. At each position every number under
        the kernel is multiplied by the weight above it, the products are added up, and one more number, the bias, is
        added. Where the picture looks like the kernel, the sum is large; where it looks like the opposite, the sum is
        far below zero. So one kernel detects one pattern, for example an edge that rises to the right, and its outputs
        form a new picture: a channel.
      </p>
      {display(
        sub('y', 'row,col'),
        o('='),
        sum('r, c', [sub('w', 'r,c'), o('·'), sub('x', 'row+r,col+c')]),
        o('+'),
        i('b'),
      )}
      <OwnConvolution />
      <p>
        Nobody designs these kernels. They start as random numbers and become useful because training changes them in
        the direction that improves the predictions. <Point at="kernels">See what they look like now</Point>, and{' '}
        <Point at="network">what each filter outputs for the current {noun.value.one}</Point>: after some training most
        filters respond to strokes in one direction.
      </p>
    </Section>
  );
}

function ActivationSection() {
  const found = activation.value;
  if (found === null) return null;
  return (
    <Section
      id="how-activation"
      title="Activation: a nonlinear step between the sums"
      figure={
        <Figure caption={`The function of ${found.name}: input on the horizontal axis, output on the vertical axis.`}>
          {Bend}
        </Figure>
      }
    >
      <p>
        A sum of sums is just another sum: with nothing in between, ten layers could do no more than one. So after a
        layer every number goes through a nonlinear function, the activation function. The simplest one, ReLU, passes
        positive numbers unchanged and sets negative ones to zero. Only with such functions can one layer build on
        another. <Point at="activation">{found.name} is the first of them here.</Point>
      </p>
    </Section>
  );
}

function PoolingSection() {
  const layer = pooling.value;
  if (layer === null) return null;
  const isMax = layer.type === 'maxPool2d';
  return (
    <Section id="how-pooling" title="Pooling: the rough position is enough">
      <p>
        The layer {layer.name} divides each picture into windows of <Live of={() => kernelText(specOf(layer.name))} />{' '}
        cells and keeps only
        {isMax ? ' the largest value' : ' the average'} of each. The picture gets smaller, the following layers have
        less to calculate, and a stroke that is one pixel further to the left gives nearly the same result.{' '}
        <Point at="pooling">{isMax ? 'Open it to see which value is kept.' : 'Open it to see the calculation.'}</Point>
      </p>
    </Section>
  );
}

function DenseSection() {
  const layer = dense.value;
  if (layer === null) return null;
  const share = (): string => percent(parametersOf('linear') / (network.value?.parameters ?? 1), 0);
  return (
    <Section id="how-dense" title="Dense layers: combining everything">
      <p>
        Then the pictures are put into one long row of numbers. Each unit of a dense layer adds up all of them, each
        multiplied by its own weight. That takes many weights: <Live of={share} /> of all weights of this network. The
        last dense layer has one unit for each of the <Live of={() => String(classNames.value.length)} /> classes.{' '}
        <Point at="dense">Point at one of its units</Point>: blue lines are positive weights, which count for its class,
        orange lines are negative weights, which count against it.
      </p>
    </Section>
  );
}

function SoftmaxSection() {
  return (
    <Section id="how-softmax" title="Softmax: from sums to probabilities">
      <p>
        The outputs of the last dense layer, the logits, can be any numbers. Softmax takes e to the power of each, which
        makes them positive, and divides each by the sum of all, so that they add up to 100 %. If one logit is clearly
        larger than the others, its class gets nearly all the probability.{' '}
        <Point at="softmax">See the calculation</Point> for the current {noun.value.one}.
      </p>
      {display(sub('p', 'k'), o('='), over(exp(sub('x', 'k')), sum('j', exp(sub('x', 'j')))))}
      {learnsBySquares() && (
        <p>
          The current network is trained with the squared error and has no softmax: <Point at="answer">the bars</Point>{' '}
          show its positive outputs as shares of their sum.
        </p>
      )}
      <p>
        A probability of 99 % means that the network is confident. It does not mean that the prediction is correct: a
        network that was trained on a few styles of handwriting is often confident and wrong about others.{' '}
        <Point at="evidence">See which parts of the image count for a class</Point>, and which count against it.
      </p>
    </Section>
  );
}

export function Reading() {
  return (
    <Part title="From image to prediction">
      <ImageSection />
      <ConvolutionSection />
      <ActivationSection />
      <PoolingSection />
      <DenseSection />
      <SoftmaxSection />
    </Part>
  );
}
