// SPDX-License-Identifier: MIT
//
// The package in headless Chromium as peers.mjs uses it: on one thread, where there are cores for it on two, and where there is relaxed
// SIMD in that build. Each has a browser of its own, so that its memory can be told.

import { cpus } from 'node:os';
import { openChromium } from './environments.mjs';
import { reasonOf } from './options.mjs';
import { ours, relaxed, twoThreads } from './peer-names.mjs';

async function openPeer(data, executablePath, name, threads) {
  const environment = await openChromium(data, executablePath);
  try {
    await environment.open(threads);
  } catch (error) {
    await environment.close();
    throw error;
  }
  return {
    name,
    about: environment.about,
    prepare: async ({ run }) => void (await environment.prepare(threads, run)),
    train: ({ run }, seconds) => environment.train(threads, run, seconds),
    memory: environment.processMemory,
    close: environment.close,
  };
}

/** The first is what all others are compared with. What cannot be had is added to `skipped`. */
export async function openChromiumPeers(data, executablePath, skipped) {
  const peers = [await openPeer(data, executablePath, ours, 1)];
  if (cpus().length > 1) peers.push(await openPeer(data, executablePath, twoThreads, 2));
  try {
    peers.push(await openPeer(data, executablePath, relaxed, { threads: 1, relaxed: true }));
  } catch (error) {
    skipped.push({ name: relaxed, reason: reasonOf(error) });
  }
  return peers;
}
