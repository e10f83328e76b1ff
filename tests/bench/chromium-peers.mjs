// SPDX-License-Identifier: MIT
//
// The package in headless Chromium as peers.mjs uses it: on one thread, where there are cores for it on two, and where there is relaxed
// SIMD in that build.

import { cpus } from 'node:os';
import { openChromium } from './environments.mjs';
import { reasonOf } from './options.mjs';
import { ours, relaxed, twoThreads } from './peer-names.mjs';

/** Peers of one browser; the first is what all others are compared with. What cannot be had is added to `skipped`. */
export async function openChromiumPeers(data, executablePath, skipped) {
  const environment = await openChromium(data, executablePath);
  const peer = async (name, threads) => {
    await environment.open(threads);
    return {
      name,
      about: environment.about,
      prepare: async ({ run }) => void (await environment.prepare(threads, run)),
      train: ({ run }, seconds) => environment.train(threads, run, seconds),
      close: name === ours ? environment.close : async () => {},
    };
  };
  const peers = [await peer(ours, 1)];
  if (cpus().length > 1) peers.push(await peer(twoThreads, 2));
  try {
    peers.push(await peer(relaxed, { threads: 1, relaxed: true }));
  } catch (error) {
    skipped.push({ name: relaxed, reason: reasonOf(error) });
  }
  return peers;
}
