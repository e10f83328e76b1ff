// SPDX-License-Identifier: MIT
//
// What each kind of layer is called.

const titles: Readonly<Record<string, string>> = {
  input: 'Input',
  conv2d: 'Convolution',
  relu: 'ReLU',
  relu6: 'ReLU6',
  maxPool2d: 'Max pooling',
  avgPool2d: 'Average pooling',
  globalAvgPool2d: 'Global average pooling',
  batchNorm2d: 'Batch normalization',
  batchNorm1d: 'Batch normalization',
  dropout: 'Dropout',
  dropout2d: 'Dropout',
  add: 'Add',
  multiply: 'Multiply',
  zeroPad2d: 'Zero padding',
  concat: 'Concatenate',
  leakyReLU: 'Leaky ReLU',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  silu: 'SiLU',
  gelu: 'GELU',
  logSoftmax: 'Log-softmax',
  flatten: 'Flatten',
  linear: 'Dense layer',
  softmax: 'Softmax',
  fakeQuantize: 'Rounding',
};

export const layerTitle = (type: string): string => titles[type] ?? type;
