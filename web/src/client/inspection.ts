// SPDX-License-Identifier: MIT
//
// What panels ask the worker of the data and of the inside of the network. Unlike commands these change nothing and may reject: whoever
// asks shows the failure.

import { request } from './connection';
import type { CallName, Calls } from '../shared/protocol';

const question =
  <K extends CallName>(name: K) =>
  (ask: Calls[K]['ask']): Promise<Calls[K]['answer']> =>
    request(name, ask);

export const readOverview = question('overview');
export const readSamples = question('samples');
export const readAugmented = question('augmented');
export const readKernels = question('kernels');
export const readSaliency = question('saliency');
export const readOcclusion = question('occlusion');
export const readNudged = question('nudge');
export const readEmbedding = question('embedding');
export const readDistributions = question('distributions');
