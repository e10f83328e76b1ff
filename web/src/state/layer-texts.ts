// SPDX-License-Identifier: MIT
//
// What each kind of layer is and does, in words for a curious sixteen-year-old.

export interface LayerText {
  title: string;
  text: string;
}

const texts: Readonly<Record<string, LayerText>> = {
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
    text: 'Keeps only the strongest pixel of every small square. The picture gets smaller, and a digit may sit a little to the side without harm.',
  },
  avgPool2d: {
    title: 'Average pooling',
    text: 'Puts the average of every small square of pixels in its place. The picture gets smaller and smoother.',
  },
  globalAvgPool2d: {
    title: 'Global average pooling',
    text: 'Sums up each picture in a single number: its average. Where on the picture something was found no longer counts, only how much of it.',
  },
  batchNorm2d: {
    title: 'Batch normalisation',
    text: 'Shifts and scales each picture so that, over many digits, its values lie around zero and spread evenly. With that the layers behind it can learn faster.',
  },
  batchNorm1d: {
    title: 'Batch normalisation',
    text: 'Shifts and scales each unit so that, over many digits, its values lie around zero and spread evenly. With that the layers behind it can learn faster.',
  },
  dropout: {
    title: 'Dropout',
    text: 'While it learns, single values are wiped out at random, so that no layer may rely on one of them alone. When it reads a digit, as here, everything passes.',
  },
  dropout2d: {
    title: 'Dropout',
    text: 'While it learns, whole pictures are wiped out at random, so that no layer may rely on one of them alone. When it reads a digit, as here, everything passes.',
  },
  add: {
    title: 'Add',
    text: 'Adds two branches up, picture by picture. What one branch already knew goes on unharmed, and the other only has to learn what is missing.',
  },
  concat: {
    title: 'Concatenate',
    text: 'Puts the pictures of several branches one after another, so that the next layer sees them all.',
  },
  leakyReLU: {
    title: 'Leaky ReLU',
    text: 'Keeps what is positive and lets only a little of the negative through. This bend is what lets layers build on one another.',
  },
  sigmoid: {
    title: 'Sigmoid',
    text: 'Squeezes every number between zero and one, as if asking: how much do you agree? Far from zero, more makes hardly any difference.',
  },
  tanh: {
    title: 'Tanh',
    text: 'Squeezes every number between minus one and one. Far from zero, more makes hardly any difference.',
  },
  silu: {
    title: 'SiLU',
    text: 'Bends smoothly: what is clearly positive passes, what is clearly negative becomes almost zero, and between them it is gentle.',
  },
  gelu: {
    title: 'GELU',
    text: 'Bends smoothly: what is clearly positive passes, what is clearly negative becomes almost zero, and between them it is gentle.',
  },
  logSoftmax: {
    title: 'Log-softmax',
    text: 'Turns the ten sums into the logarithms of ten probabilities: zero means certain, and the more negative, the less likely.',
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

export const layerText = (type: string): LayerText => texts[type] ?? { title: type, text: '' };
