// SPDX-License-Identifier: MIT
//
// What each kind of layer is and does, in words for a curious sixteen-year-old.

import { layerTitle } from './layer-titles';

export interface LayerText {
  title: string;
  text: string;
}

const texts: Readonly<Record<string, string>> = {
  input: 'The 28×28 pixels of the image, normalized with the constants μ and σ of the recipe.',
  conv2d:
    'Small filters (kernels) slide over the pictures of the layer before. Each responds to one pattern, such as an edge: blue where the pattern is found, orange where its opposite is.',
  relu: 'Keeps positive values and sets negative values to zero. Without such a nonlinear function several layers could do no more than one.',
  relu6:
    'Keeps values from 0 to 6; smaller ones become 0, larger ones 6. Values that never get large are easy to store as small integers.',
  maxPool2d:
    'Keeps only the largest value of each small window. The picture gets smaller, and a small shift of the image changes little.',
  avgPool2d: 'Replaces each small window with the average of its values. The picture gets smaller and smoother.',
  globalAvgPool2d:
    'Reduces each picture to one number: its average. Where a pattern was found no longer matters, only how much of it.',
  batchNorm2d:
    'Normalizes each channel with its mean and variance over many images, then scales and shifts it with two learned numbers. Networks with it train faster.',
  batchNorm1d:
    'Normalizes each unit with its mean and variance over many images, then scales and shifts it with two learned numbers. Networks with it train faster.',
  dropout:
    'During training, random single values are set to zero, so that no layer relies on one value alone. For a prediction, as here, all values pass unchanged.',
  dropout2d:
    'During training, random whole channels are set to zero, so that no layer relies on one channel alone. For a prediction, as here, all values pass unchanged.',
  add: 'Adds two branches, picture by picture. One branch passes its input on unchanged, so the other only has to learn the difference.',
  multiply:
    'Multiplies branches, picture by picture. One branch can be a single number for each picture: it decides how much of the picture passes.',
  zeroPad2d: 'Adds rows and columns of zeros around each picture.',
  concat: 'Joins the channels of several branches, so that the next layer receives them all.',
  leakyReLU:
    'Keeps positive values and multiplies negative values by a small number. Without such a nonlinear function several layers could do no more than one.',
  sigmoid: 'Maps every number to a value between 0 and 1. Far from zero the output hardly changes.',
  tanh: 'Maps every number to a value between −1 and 1. Far from zero the output hardly changes.',
  silu: 'A smooth function: clearly positive values pass almost unchanged, clearly negative values become almost zero.',
  gelu: 'A smooth function: clearly positive values pass almost unchanged, clearly negative values become almost zero.',
  logSoftmax:
    'Turns the outputs of the last layer into logarithms of probabilities: 0 means certain, and more negative means less likely.',
  flatten:
    'Puts all values of all pictures into one long row. From here on the network no longer uses which pixels were neighbours.',
  linear:
    'Each unit adds up all values of the layer before, each multiplied by its own weight. The last dense layer has one unit for each class.',
  fakeQuantize:
    'Rounds every value to one of 256 steps, as if it were an 8-bit integer. A network that is trained this way loses less when it becomes one of integers.',
  softmax: 'Turns the outputs of the last layer into probabilities that add up to 1.',
};

export const layerText = (type: string): LayerText => ({ title: layerTitle(type), text: texts[type] ?? '' });
