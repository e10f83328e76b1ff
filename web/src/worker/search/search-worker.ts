// SPDX-License-Identifier: MIT
//
// One of the engines that search: with one thread, since there are several of them. Trials are independent, which is faster than one trial
// on all cores.

import { runTrial } from 'tinycnn/sweep';
import { ownEngine } from '../own-engine';
import { serve } from '../serve';
import type { SweepData } from 'tinycnn/sweep';
import type { SearchCalls } from '../../shared/protocol-search';

let data: SweepData | null = null;

function taken(): SweepData {
  if (data === null) throw new Error('There are no data yet.');
  return data;
}

serve<SearchCalls>({
  data: (ask) => {
    ({ data } = ask);
    return Promise.resolve(null);
  },

  trial: async ({ job, ...from }, onProgress) => runTrial(await ownEngine(), taken(), job, { ...from, onProgress }),

  range: async ({ options }) => {
    const session = (await ownEngine()).createSession(options);
    try {
      session.setData('train', taken().train);
      return session.findLearningRate();
    } finally {
      session.dispose();
    }
  },

  network: async ({ checkpoint }) => {
    const session = (await ownEngine()).restoreSession(checkpoint);
    try {
      const { spec, summary } = session;
      return { spec, summary, weights: session.parameters({ averaged: true }) };
    } finally {
      session.dispose();
    }
  },
});
