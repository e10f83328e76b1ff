// SPDX-License-Identifier: MIT
//
// The package in headless Chromium as peers.mjs uses it: on one thread and, where there are cores for it, on two.

import { cpus } from 'node:os';
import { openChromium } from './environments.mjs';
import { kOurs, kTwoThreads } from './peer-names.mjs';

/** Two peers of one browser; the first is what all others are compared with. */
export async function openChromiumPeers(data, executablePath) {
  const environment = await openChromium(data, executablePath);
  const peer = async (name, threads) => {
    await environment.open(threads);
    return {
      name,
      about: environment.about,
      prepare: async ({ run }) => void (await environment.prepare(threads, run)),
      train: ({ run }, seconds) => environment.train(threads, run, seconds),
      close: threads === 1 ? environment.close : async () => {},
    };
  };
  const ours = await peer(kOurs, 1);
  return cpus().length > 1 ? [ours, await peer(kTwoThreads, 2)] : [ours];
}
