// SPDX-License-Identifier: MIT
//
// The article below the fold: how a small network classifies and learns, for a curious sixteen-year-old and right for an engineer. Its passages
// point at the live parts of the page, its figures are those of the network there. Loaded when somebody comes near.

import { grouped } from '../../shared/format';
import { Here } from './here';
import { Learning } from './learning';
import { activation, network, pooling } from './network';
import { Point, Spotlight, WayBack } from './point';
import { Reading } from './reading';
import { Live } from './words';
import './article.css';

const contents = () => [
  {
    title: 'From image to prediction',
    entries: [
      ['how-image', 'An image'],
      ['how-convolution', 'Convolution'],
      ...(activation.value === null ? [] : [['how-activation', 'Activation']]),
      ...(pooling.value === null ? [] : [['how-pooling', 'Pooling']]),
      ['how-dense', 'Dense layers'],
      ['how-softmax', 'Softmax'],
    ],
  },
  {
    title: 'How the network learns',
    entries: [
      ['how-loss', 'The loss'],
      ['how-gradient', 'The gradient'],
      ['how-step', 'A step'],
      ['how-batches', 'Mini-batches'],
      ['how-test', 'The test'],
      ['how-augmentation', 'Augmentation'],
    ],
  },
  {
    title: 'On this page',
    entries: [
      ['how-drawing', 'Your drawing'],
      ['how-small', 'Why so small'],
      ['how-machine', 'In this tab'],
      ['how-limits', 'Limits'],
      ['how-lessons', 'Lessons'],
      ['how-further', 'Further reading'],
    ],
  },
];

function Contents() {
  return (
    <nav class="article-contents" aria-label="Contents of the article">
      {contents().map(({ title, entries }) => (
        <div key={title}>
          <p>{title}</p>
          <ul>
            {entries.map(([id, text]) => (
              <li key={id}>
                <a href={`#${id!}`}>{text}</a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

export default function Body() {
  return (
    <>
      <p class="lede">
        <Live of={() => network.value?.title ?? null} /> is a neural network: a chain of simple sums with{' '}
        <Live of={() => (network.value === null ? null : grouped(network.value.parameters))} /> adjustable numbers, its
        weights. They start at random. After a few seconds of training on examples, here in your browser, the network
        recognises most handwritten digits, though nobody programmed any rules into it. Passages{' '}
        <Point at="network">marked like this</Point> lead to the part of the page that they describe, and{' '}
        <Live of={() => 'figures like this'} /> are live values of the network on this page.
      </p>
      <div class="article-body">
        <Contents />
        <div class="article-parts">
          <Reading />
          <Learning />
          <Here />
        </div>
      </div>
      <Spotlight />
      <WayBack />
    </>
  );
}
