// SPDX-License-Identifier: MIT
//
// The worker that writes and reads files of networks, which ends when a dialog closes.

import { request as ask } from './connection';
import { SideWorker } from './side-worker';
import type { Comparison, FileCalls, NetworkCopy, Pruned, PruneProgress } from '../shared/protocol-files';

/** The weights in the file are not those of the network that was named. */
export class ForeignWeightsError extends Error {
  override readonly name = 'ForeignWeightsError';
}

/** One with an engine of its own. */
export const filesWorker = (): SideWorker<FileCalls> =>
  new SideWorker(
    () => new Worker(new URL('../worker/files/worker.ts', import.meta.url), { type: 'module', name: 'tinycnn-files' }),
    'What reads and writes files could not be loaded. Check your internet connection.',
    (text, name) => new (name === 'ForeignWeightsError' ? ForeignWeightsError : Error)(text),
  );

/** Of the dialogs. */
const dialogs = filesWorker();
const pruner = filesWorker();

export const isBegun = (): boolean => dialogs.isBegun;

export const endFiles = (): void => {
  dialogs.end();
};

/** The network on the page as it is now, with as many training images as integers need, or so many. */
export const copyNetwork = (images: number | null = null): Promise<NetworkCopy> => ask('copyNetwork', { images });

const question =
  <K extends keyof FileCalls>(type: K) =>
  (asked: FileCalls[K]['ask']): Promise<FileCalls[K]['answer']> =>
    dialogs.request(type, asked);

export const takeNetwork = question('take');
export const makeFile = question('make');
export const readInsides = question('insides');
export const quantize = question('quantize');
export const readNetworkFile = question('read');

/** `report` is told what is known so far. */
export const compare = (seconds: number, report: (soFar: Comparison) => void): Promise<Comparison> =>
  dialogs.request('compare', { seconds }, report);

/** In a worker of its own, which can be ended without the files that are being made. `report` is told how far it has trained. */
export async function prune(
  network: FileCalls['take']['ask'],
  asked: FileCalls['prune']['ask'],
  report: (soFar: PruneProgress) => void,
): Promise<Pruned> {
  const [, pruned] = await Promise.all([pruner.request('take', network), pruner.request('prune', asked, report)]);
  pruner.end();
  return pruned;
}

export const endPruning = (): void => {
  pruner.end();
};
