// SPDX-License-Identifier: MIT
//
// The optimizers that the page offers, and the options that a visitor's choice starts from: learning rates that suit most networks here,
// and SGD's usual momentum. What they are called is in optimizer-titles.ts, which the first visit does not load; their formulas are with
// the settings' texts.

import type { OptimizerOptions } from 'tinycnn';

export type OptimizerName = OptimizerOptions['type'];

export const optimizers: Readonly<Record<OptimizerName, OptimizerOptions>> = {
  sgd: { type: 'sgd', learningRate: 0.05, momentum: 0.9 },
  adam: { type: 'adam', learningRate: 0.003 },
  adamW: { type: 'adamW', learningRate: 0.003 },
  rmsprop: { type: 'rmsprop', learningRate: 0.001 },
  muon: { type: 'muon', learningRate: 0.01 },
};

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];
