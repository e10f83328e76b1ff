// SPDX-License-Identifier: MIT
//
// The article's third part: what is done to the visitor's drawing, how this page goes about it all, what it cannot do, and where to go on.

import { grouped } from '../../shared/format';
import { engine, noun, run, runFacts } from '../../state/store';
import { network } from './network';
import { Point } from './point';
import { Live, Part, Section } from './words';

/**
 * Of a hundred digits that people wrote with a pen, and that it had never seen, the default network reads so many when it has learnt by
 * the recommended recipe; a test holds this to the README's measurement.
 */
export const penDigitsOfHundred = 97;

const title = (): string | null => network.value?.title ?? null;
const bytesOfWeight = 4;

function DrawingSection() {
  return (
    <Section id="how-drawing" title="What it sees of your drawing">
      <p>
        MNIST’s digits were all prepared alike: fitted into a box of 20×20 pixels, then set into 28×28 so that the ink’s
        centre of mass is in the middle. A network that has seen nothing else would stumble over a small digit in a
        corner. So <Point at="pad">your drawing</Point> goes the same way. Only the path of your pen counts; where, how
        large and with how thick a pen you draw does not matter. <Point at="preparation">See the steps</Point> (if the
        pad is empty, a three is drawn for you).
      </p>
      <p>
        If it does not read your way of writing, <Point at="myDigits">keep some of your own digits</Point>: it learns
        them in seconds.
      </p>
    </Section>
  );
}

function SmallSection() {
  const kilobytes = (): string | null =>
    network.value === null ? null : grouped(Math.round((network.value.parameters * bytesOfWeight) / 1000));
  return (
    <Section id="how-small" title="Why so small?">
      <p>
        <Live of={title} /> has <Live of={() => (network.value === null ? null : grouped(network.value.parameters))} />{' '}
        weights, <Live of={kilobytes} /> kB in all: less than a photo takes on a phone. To read one {noun.value.one}{' '}
        takes it <Live of={() => (network.value === null ? null : grouped(network.value.macs))} /> multiplications. The
        networks behind today’s chatbots have millions of times as many weights; layers, loss, gradients and steps are
        the same ideas there. A small one learns in seconds, fits on one screen, and every number in it can be followed.
        See how <Point at="choices">the others to choose from</Point> spend their weights: the most are not always the
        best.
      </p>
    </Section>
  );
}

function MachineSection() {
  const threads = (): string => {
    const count = engine.value?.threads ?? 1;
    return count === 1 ? 'one thread' : `${count} threads`;
  };
  const speed = run.value.imagesPerSecond;
  return (
    <Section id="how-machine" title="How it runs in this tab">
      <p>
        Nothing is sent anywhere. The network trains on your own processor, in a worker of its own, so that the page
        answers while it learns. The engine is written in C++ and compiled to WebAssembly, which browsers run almost as
        fast as native programs. It lays several images side by side, so that one SIMD instruction works on four numbers
        at once, and shares each mini-batch among{' '}
        <Point at="threads">
          <Live of={threads} />
        </Point>
        .
        {speed !== null && speed > 0 && (
          <>
            {' '}
            Lately that made <Live of={() => grouped(Math.round(run.value.imagesPerSecond ?? 0))} /> images a second,
            forwards and backwards.
          </>
        )}
      </p>
      <p>
        A computer’s sums are rounded, so their order matters: (a + b) + c is not always a + (b + c). Here every sum has
        one fixed order, and all that is random comes from the seed, <Live of={() => String(run.value.settings.seed)} />
        . The same seed gives the same weights to the last bit in any browser, with any number of threads, and outside
        of browsers too. <Point at="training">Rewind, and train again</Point>: it will be the very same run.
      </p>
      <p class="quiet">
        Engine {engine.value?.version ?? ''}, {engine.value?.simd ?? ''}, {threads()}; {runFacts.value?.model ?? ''}.
      </p>
    </Section>
  );
}

function LimitsSection() {
  return (
    <Section id="how-limits" title="What it cannot do">
      <p>
        It reads most digits, not every one. Small networks like these come to 97 to 99 % on MNIST’s test images, whose
        writers wrote much like those it has learnt from. What you draw is a harder test. By the recommended recipe
        TinyCNN reads about {penDigitsOfHundred} of 100 digits that people wrote with a pen and that it had never seen;
        the project’s README says how that is measured, and by which command anybody can do so again.
      </p>
      <p>
        It has no way to say “I do not know”: <Point at="pad">draw a face</Point>, and it will name a digit, perhaps
        with much confidence. It has no idea of numbers, and it reads one digit at a time. And it knows only what its
        examples showed it; from one-sided examples it learns one-sided answers. That is as true of large networks.
      </p>
    </Section>
  );
}

const experiments = (
  <ul>
    <li>
      Set <Point at="learningRate">the learning rate</Point> to 1 and train: it diverges at once. Rewind, and find the
      largest rate that still works.
    </li>
    <li>
      Switch <Point at="distortion">the distortion</Point> off: training accuracy rises sooner. Which way does the test
      accuracy go?
    </li>
    <li>
      Train the Sigmoid perceptron, which has no convolution, and the Residual network, which has a branch. Which reads{' '}
      <Point at="pad">your sevens</Point>?
    </li>
    <li>
      Choose Fashion-MNIST in <Point at="choices">the bar</Point>, and <Point at="data">look at the data</Point>: shirts
      and coats are harder to tell apart than digits.
    </li>
    <li>
      Set the scale to <Point at="scale">each picture</Point>: faint channels come to light.
    </li>
  </ul>
);

const reading = [
  {
    href: 'https://playground.tensorflow.org',
    title: 'TensorFlow Playground',
    about: 'tiny networks that separate dots, with everything to turn',
  },
  {
    href: 'https://poloclub.github.io/cnn-explainer/',
    title: 'CNN Explainer',
    about: 'a larger convolutional network on photographs, already trained',
  },
  {
    href: 'https://www.3blue1brown.com/topics/neural-networks',
    title: '3Blue1Brown on neural networks',
    about: 'films on gradient descent and backpropagation, on digits as here',
  },
  {
    href: 'http://neuralnetworksanddeeplearning.com',
    title: 'Neural Networks and Deep Learning',
    about: 'a free book by Michael Nielsen that builds a digit reader from nothing',
  },
  {
    href: 'https://doi.org/10.1109/5.726791',
    title: 'Gradient-based learning applied to document recognition',
    about: 'the paper of 1998 behind LeNet-5 and MNIST',
  },
];

function FurtherSection() {
  return (
    <Section id="how-further" title="Where to go on">
      <p>Things to try here:</p>
      {experiments}
      <p>And elsewhere (each opens in a new tab):</p>
      <ul>
        {reading.map(({ href, title: name, about }) => (
          <li key={href}>
            <a href={href} target="_blank" rel="noopener">
              {name}
            </a>
            : {about}.
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Here() {
  return (
    <Part title="How it is here">
      <DrawingSection />
      <SmallSection />
      <MachineSection />
      <LimitsSection />
      <FurtherSection />
    </Part>
  );
}
