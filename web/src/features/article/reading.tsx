// SPDX-License-Identifier: MIT
//
// The article's first part: what happens to a digit on its way from the pixels to the answer.

import { grouped, percent } from '../../shared/format';
import { classNames, noun } from '../../state/store';
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
        <Figure caption={`The ${one} at hand, and the framed part of it as numbers: 0 is no ink, 255 full ink.`}>
          {Pixels}
        </Figure>
      }
    >
      <p>
        To a computer a {one} is 784 numbers, 28 rows of 28, one for each pixel.{' '}
        <Point at="prepared">That is all the network gets.</Point> What a line is, or what a seven looks like, stands
        nowhere in them. The network has to find that out from examples.
      </p>
      <p>
        Before anything else the numbers are shifted and scaled, the same way for all images, so that over the whole
        training set their mean μ is 0 and their spread σ is 1. Sums that begin near zero are easier to learn with.
      </p>
      {display(i('x'), o('='), over([over(i('pixel'), n('255')), o('−'), i('μ')], i('σ')))}
    </Section>
  );
}

function NoConvolution() {
  return (
    <p>
      The network on the page now, <Live of={() => network.value?.title ?? null} />, has no convolution: it adds up all
      pixels at once. Choose another one in <Point at="choices">the bar</Point> to see how a convolution goes about it.
    </p>
  );
}

function OwnConvolution() {
  const layer = convolution.value;
  if (layer === null) return <NoConvolution />;
  return (
    <p>
      The first one here, {layer.name}, asks <Live of={() => String(layer.shape[0])} /> such questions with kernels of{' '}
      <Live of={() => kernelText(specOf(layer.name))} /> weights. The same few weights serve every place, so it needs
      only <Live of={() => grouped(layer.parameters)} /> numbers, and finds a stroke wherever it is drawn.{' '}
      <Point at="convolution">Watch it go over the picture cell by cell.</Point> The next convolution reads these
      answers, not the pixels: its kernels can ask for combinations of strokes, such as corners, ends and loops.
    </p>
  );
}

function ConvolutionSection() {
  return (
    <Section
      id="how-convolution"
      title="Convolution: one small question, asked everywhere"
      figure={
        convolution.value !== null && (
          <Figure caption="Live: the input, and the first channel of each of the first layers. Blue is positive, orange negative.">
            {FirstLayers}
          </Figure>
        )
      }
    >
      <p>
        A convolution slides a small grid of weights, the kernel, over the picture. Wherever it lies, each number below
        it is multiplied by the weight on top of it, all the products are added up, and one more number, the bias, is
        added. Where the picture looks like the kernel the sum is large; where it looks like its opposite, far below
        zero. So one kernel asks one question, say “does an edge rise to the right here?”, and its answers make up a new
        picture: a channel.
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
        Nobody writes these kernels. They begin as random numbers and turn into useful questions because that makes the
        network’s answers better. <Point at="kernels">See what they look like now</Point>, and{' '}
        <Point at="network">what each makes of the {noun.value.one}</Point>: after some training most answer to strokes
        in one direction.
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
      title="Activation: a bend between the sums"
      figure={
        <Figure caption={`What ${found.name} does: the number that goes in along the bottom, what comes out going up.`}>
          {Bend}
        </Figure>
      }
    >
      <p>
        A sum of sums is just another sum. With nothing in between, ten layers could do no more than one. So after a
        layer every number goes through a function with a bend in it. The simplest, ReLU, lets what is positive through
        and makes everything negative zero: an answer counts only if it is a yes. Bends are what lets one layer build on
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
    <Section id="how-pooling" title="Pooling: roughly where is enough">
      <p>
        The layer {layer.name} cuts each picture into squares of <Live of={() => kernelText(specOf(layer.name))} /> and
        keeps only
        {isMax ? ' the largest number' : ' the average'} of each. The picture shrinks, the layers behind it have less to
        do, and a stroke that sits one pixel further to the left gives nearly the same result.{' '}
        <Point at="pooling">
          {isMax ? 'Open it to see which number wins.' : 'Open it to see how it is worked out.'}
        </Point>
      </p>
    </Section>
  );
}

function DenseSection() {
  const layer = dense.value;
  if (layer === null) return null;
  const share = (): string => percent(parametersOf('linear') / (network.value?.parameters ?? 1), 0);
  return (
    <Section id="how-dense" title="Dense layers: weighing it all up">
      <p>
        Then the pictures are laid out in one long row, and each unit of a dense layer adds up all of it, every number
        with a weight of its own. That takes many weights: <Live of={share} /> of all that this network has. The last
        dense layer has one unit for each of the <Live of={() => String(classNames.value.length)} /> classes.{' '}
        <Point at="dense">Point at one of its units</Point>: blue lines lead to what speaks for its class, orange ones
        to what speaks against it.
      </p>
    </Section>
  );
}

function SoftmaxSection() {
  return (
    <Section id="how-softmax" title="Softmax: from sums to probabilities">
      <p>
        The last sums, the logits, may be any numbers. Softmax makes them positive, by taking e to the power of each,
        and divides each by the sum of all, so that they add up to 100 %. One that is clearly ahead gets nearly
        everything. <Point at="softmax">See it worked out</Point> for the {noun.value.one} at hand.
      </p>
      {display(sub('p', 'k'), o('='), over(exp(sub('x', 'k')), sum('j', exp(sub('x', 'j')))))}
      {learnsBySquares() && (
        <p>
          The network on the page learns by squared error and has no softmax: <Point at="answer">the bars</Point> share
          out what is above zero as it is.
        </p>
      )}
      <p>
        A share of 99 % means that the network is sure. It does not mean that it is right: a network that has learnt
        from few ways of writing is often sure and wrong about another.{' '}
        <Point at="evidence">See what in the image speaks for an answer</Point>, and what against it.
      </p>
    </Section>
  );
}

export function Reading() {
  return (
    <Part title="How it reads">
      <ImageSection />
      <ConvolutionSection />
      <ActivationSection />
      <PoolingSection />
      <DenseSection />
      <SoftmaxSection />
    </Part>
  );
}
