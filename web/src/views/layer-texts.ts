// SPDX-License-Identifier: MIT
//
// What each kind of layer is and does, in words for a curious sixteen-year-old.

export interface LayerText {
  title: string;
  text: string;
}

const kTexts: Readonly<Record<string, LayerText>> = {
  input: {
    title: 'Input',
    text: 'The 28×28 pixels of the digit, shifted and scaled so that the average pixel of the training images is zero.',
  },
  conv2d: {
    title: 'Convolution',
    text: 'Small filters slide over the pictures before. Each looks for one pattern, such as an edge, and paints where it finds it: blue where it fits, orange where the opposite is there.',
  },
  relu: {
    title: 'ReLU',
    text: 'Keeps what is positive and turns everything negative into zero. This bend is what lets layers build on one another.',
  },
  maxPool2d: {
    title: 'Max pooling',
    text: 'Keeps only the strongest of every 2×2 pixels. The picture gets smaller, and a digit may sit a little to the side without harm.',
  },
  flatten: {
    title: 'Flatten',
    text: 'Lays all pixels of all pictures in one long row. From here on, nobody knows any more what was beside what.',
  },
  linear: {
    title: 'Dense layer',
    text: 'Each unit adds up everything before it, every value with a weight of its own. The last dense layer has one unit for each digit.',
  },
  softmax: {
    title: 'Softmax',
    text: 'Turns the ten sums into ten probabilities that add up to one.',
  },
};

export const layerText = (type: string): LayerText => kTexts[type] ?? { title: type, text: '' };
