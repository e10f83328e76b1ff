// SPDX-License-Identifier: MIT
// Sweeps that can be asked for by name.

import type { Sweep } from './types.js';

const dense = (activation: 'sigmoid' | 'relu'): Sweep => ({
  name: `dense-361-${activation}`,
  base: {
    model: { hiddenLayers: 1, neurons: 5, activation },
    epochs: 1,
    batchSize: 16,
    optimizer: { type: 'adam', learningRate: 0.002 },
  },
  vary: {
    'model.hiddenLayers': { from: 1, to: 19, steps: 19, isInteger: true },
    'model.neurons': { from: 5, to: 95, steps: 19, isInteger: true },
  },
  validation: 0,
  score: 'accuracySquaredPerSecond',
});

/** The 361 fully connected networks of 1 to 19 hidden layers of 5 to 95 neurons, each judged by accuracy squared over training time. */
export const presets: readonly Sweep[] = [
  dense('sigmoid'),
  dense('relu'),
  {
    ...dense('relu'),
    name: 'dense-361-halving',
    validation: 1 / 6,
    score: 'accuracy',
    halving: { firstEpochs: 0.1 },
  },
  {
    name: 'tinycnn-rates',
    base: { model: 'tinycnn', epochs: 1, batchSize: 32, optimizer: { type: 'adam' }, schedule: { type: 'oneCycle' } },
    vary: {
      'optimizer.learningRate': { from: 0.001, to: 0.03, steps: 6, scale: 'log' },
      batchSize: [16, 32, 64, 128],
    },
  },
];
