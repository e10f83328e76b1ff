// SPDX-License-Identifier: MIT
//
// The article's third part: what is done to the visitor's drawing, how this page goes about it all, what it cannot do, and where to go on.

import { grouped } from '../../shared/format';
import { engine, noun, run, runFacts, threadsInUse } from '../../state/store';
import { lesson } from '../../state/lesson';
import { inWords } from '../../state/threads';
import { network } from './network';
import { Point } from './point';
import { Live, Part, Section } from './words';

/**
 * Of a hundred digits that people wrote with a pen, and that it had never seen, the default network reads so many when it has learned by
 * the recommended recipe; a test holds this to the README's measurement.
 */
export const penDigitsOfHundred = 98;

const title = (): string | null => network.value?.title ?? null;
const bytesOfWeight = 4;

function DrawingSection() {
  return (
    <Section id="how-drawing" title="How your drawing is prepared">
      <p>
        The digits of MNIST were scaled to a box of 20×20 pixels and then placed in 28×28 pixels with the ink’s centre
        of mass in the middle. A network that was trained only on such images would often misclassify a small digit in a
        corner. So <Point at="pad">your drawing</Point> is scaled and centred in the same way. Only the path of your pen
        counts; position, size and pen width make no difference. <Point at="preparation">See the steps</Point> (if the
        pad is empty, a three is drawn for you).
      </p>
      <p>
        If the network misclassifies your handwriting, <Point at="myDigits">keep some of your own digits</Point> and
        train it on them for a few seconds.
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
        weights, <Live of={kilobytes} /> kB in total: less than one photo on a phone. Classifying one {noun.value.one}{' '}
        takes <Live of={() => (network.value === null ? null : grouped(network.value.macs))} /> multiply-adds. The
        networks behind today’s chatbots have millions of times as many weights, but they use the same ideas: layers, a
        loss, gradients and steps. A small network trains in seconds and fits on one screen, and every number in it can
        be followed. <Point at="choices">Compare the other networks</Point>: more weights do not always give a better
        accuracy.
      </p>
    </Section>
  );
}

function MachineSection() {
  const threads = (): string => inWords(threadsInUse.value);
  const speed = run.value.imagesPerSecond;
  return (
    <Section id="how-machine" title="How it runs in this tab">
      <p>
        Your data never leave this device. The network trains on your own processor, in a web worker, so that the page
        stays responsive during training. The engine is written in C++ and compiled to WebAssembly, which browsers run
        almost as fast as native programs. It processes several images together, so that one SIMD instruction works on
        four numbers at once, and divides each mini-batch among{' '}
        <Point at="threads">
          <Live of={threads} />
        </Point>
        .
        {speed !== null && speed > 0 && (
          <>
            {' '}
            The current speed is <Live of={() => grouped(Math.round(run.value.imagesPerSecond ?? 0))} /> training images
            per second.
          </>
        )}
      </p>
      <p>
        A computer rounds its sums, so their order matters: (a + b) + c is not always equal to a + (b + c). Here every
        sum has one fixed order, and everything random comes from the seed,{' '}
        <Live of={() => String(run.value.settings.seed)} />. The same seed gives bit-exact the same weights in any
        browser, with any number of threads, and outside of browsers too.{' '}
        <Point at="training">Rewind and train again</Point>: you get exactly the same run.
      </p>
      <p class="quiet">
        Engine {engine.value?.version ?? ''}, {engine.value?.simd ?? ''}, {threads()}; {runFacts.value?.model ?? ''}.
      </p>
    </Section>
  );
}

function LimitsSection() {
  return (
    <Section id="how-limits" title="What the network cannot do">
      <p>
        It classifies most digits correctly, not all. Small networks like these reach 97 to 99 % on MNIST’s test images,
        which were written in similar styles to those of its training images. Your drawings are a harder test. Trained
        with the recommended recipe, TinyCNN classifies about {penDigitsOfHundred} of 100 digits correctly that people
        wrote with a pen and that it had never seen; the project’s documentation explains how this is measured and how
        to repeat the measurement.
      </p>
      <p>
        It cannot say “I do not know”: <Point at="pad">draw a face</Point>, and it will name a digit, perhaps with high
        confidence. It does not understand numbers, and it classifies only one digit at a time. It knows only what was
        in its training images; biased examples lead to biased predictions. All this is true of large networks too.
      </p>
    </Section>
  );
}

const experiments = (
  <ul>
    <li>
      Set <Point at="learningRate">the learning rate</Point> to 1 and train: training diverges. Rewind and find the
      largest rate that still works.
    </li>
    <li>
      Switch <Point at="augmentation">augmentation</Point> off: training accuracy rises sooner. What happens to the test
      accuracy?
    </li>
    <li>
      Train the Sigmoid perceptron, which has no convolution, and the Residual network, which has a branch. Which one
      recognises <Point at="pad">your sevens</Point>?
    </li>
    <li>
      Choose Fashion-MNIST in <Point at="choices">the control bar</Point> and <Point at="data">look at the data</Point>:
      shirts and coats are harder to tell apart than digits.
    </li>
    <li>
      Set the scale to <Point at="scale">each picture</Point>: faint channels become visible.
    </li>
  </ul>
);

const reading = [
  {
    href: './docs/index.html',
    title: 'The documentation of TinyCNN',
    about: 'how to train such a network in a page of your own, put it on a microcontroller, or bring one from PyTorch',
  },
  {
    href: 'https://playground.tensorflow.org',
    title: 'TensorFlow Playground',
    about: 'tiny networks that separate points, with many settings to try',
  },
  {
    href: 'https://poloclub.github.io/cnn-explainer/',
    title: 'CNN Explainer',
    about: 'a larger convolutional network for photographs, already trained',
  },
  {
    href: 'https://www.3blue1brown.com/topics/neural-networks',
    title: '3Blue1Brown on neural networks',
    about: 'videos on gradient descent and backpropagation, with the same digits',
  },
  {
    href: 'http://neuralnetworksanddeeplearning.com',
    title: 'Neural Networks and Deep Learning',
    about: 'a free book by Michael Nielsen that builds a digit classifier from scratch',
  },
  {
    href: 'https://doi.org/10.1109/5.726791',
    title: 'Gradient-based learning applied to document recognition',
    about: 'the 1998 paper that introduced LeNet-5 and MNIST',
  },
];

const lessons = {
  rate: 'A learning rate that is too high',
  edges: 'A kernel as an edge detector',
  overfitting: 'Overfitting: one hundred images',
  'batch-norm': 'Why batch norm',
  'one-output': 'What one output looks for',
  fooled: 'How a digit fools the network',
} as const;

function LessonsSection() {
  return (
    <Section id="how-lessons" title="Lessons">
      <p>
        Six short lessons set the page up, ask what will happen, and let it happen. Each takes a minute or three, and
        begins with a network that has learned nothing.
      </p>
      <ul>
        {Object.entries(lessons).map(([name, title]) => (
          <li key={name}>
            <button
              type="button"
              class="link-button"
              data-lesson={name}
              onClick={() => {
                lesson.value = name;
              }}
            >
              {title}
            </button>
          </li>
        ))}
      </ul>
      <p>
        Teachers can{' '}
        <button
          type="button"
          class="link-button"
          data-lesson="make"
          onClick={() => {
            lesson.value = 'make';
          }}
        >
          make their own
        </button>
        : a link holds all of it.
      </p>
    </Section>
  );
}

function FurtherSection() {
  return (
    <Section id="how-further" title="Further reading">
      <p>Things to try on this page:</p>
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
      <p>
        The libraries in this page, with their licences, are listed{' '}
        <a href="./licences.txt" target="_blank" rel="noopener">
          in a file of their own
        </a>
        .
      </p>
    </Section>
  );
}

export function Here() {
  return (
    <Part title="On this page">
      <DrawingSection />
      <SmallSection />
      <MachineSection />
      <LimitsSection />
      <LessonsSection />
      <FurtherSection />
    </Part>
  );
}
