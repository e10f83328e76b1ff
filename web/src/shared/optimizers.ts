// SPDX-License-Identifier: MIT
//
// The optimizers that the page offers: the one table of their names and of the options that a visitor's choice starts from. Their formulas
// are with the settings' texts.

import type { OptimizerOptions } from 'tinycnn';

export type OptimizerName = OptimizerOptions['type'];

interface Optimizer {
  /** As papers call it. */
  name: string;
  /** In the list of the settings. */
  label: string;
  /** A learning rate that suits most networks here, and SGD's usual momentum. */
  options: OptimizerOptions;
}

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = {
  sgd: { name: 'SGD', label: 'SGD with momentum', options: { type: 'sgd', learningRate: 0.05, momentum: 0.9 } },
  adam: { name: 'Adam', label: 'Adam', options: { type: 'adam', learningRate: 0.003 } },
  adamW: { name: 'AdamW', label: 'AdamW', options: { type: 'adamW', learningRate: 0.003 } },
  rmsprop: { name: 'RMSprop', label: 'RMSprop', options: { type: 'rmsprop', learningRate: 0.001 } },
};

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];
