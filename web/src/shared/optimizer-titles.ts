// SPDX-License-Identifier: MIT
//
// What the optimizers are called.

import type { OptimizerName } from './optimizers';

/** As papers call them. */
export const optimizerTitles: Readonly<Record<OptimizerName, string>> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamW: 'AdamW',
  rmsprop: 'RMSprop',
  muon: 'Muon',
};

/** In the list of the settings, in its order. */
export const optimizerLabels: Readonly<Record<OptimizerName, string>> = {
  ...optimizerTitles,
  sgd: 'SGD with momentum',
};
