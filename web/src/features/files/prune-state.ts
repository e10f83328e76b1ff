// SPDX-License-Identifier: MIT
//
// The smaller network in the export dialog: what is asked for, how far it has come, and what it gives.

import { batch, signal } from '@preact/signals';
import { copyNetwork, endPruning, prune } from '../../client/files';
import { EndedError } from '../../client/side-worker';
import { useNetwork } from '../../client/imported';
import { dialog } from '../../state/panels';
import { percent } from '../../shared/format';
import { sentence } from '../../shared/sentence';
import { kernelSheet } from './sheets';
import type { FileCalls, Pruned, PruneProgress, Pruning } from '../../shared/protocol-files';

/** Training images of which the smaller network learns. */
export const trainedImages = 20_000;

export interface Result extends Pruned {
  /** Of a picture of its weights. */
  picture: string;
}

export const wanted = signal<Pruning>({ type: 'unstructured', sparsity: 0.9 });
export const progress = signal<PruneProgress | null>(null);
export const phase = signal<'idle' | 'training' | 'taking'>('idle');
export const result = signal<Result | null>(null);
export const failure = signal<string | null>(null);

let asks = 0;

function forget(): void {
  if (result.peek() !== null) URL.revokeObjectURL(result.peek()!.picture);
  result.value = failure.value = progress.value = null;
}

/** What was found stays. */
export function stop(): void {
  ++asks;
  endPruning();
  phase.value = 'idle';
}

/** Nothing that was asked for is shown any more. */
export function reset(): void {
  batch(() => {
    stop();
    forget();
  });
}

async function doing(what: 'training' | 'taking', work: (isWanted: () => boolean) => Promise<void>): Promise<void> {
  const ask = ++asks;
  const isWanted = (): boolean => ask === asks;
  phase.value = what;
  failure.value = null;
  try {
    await work(isWanted);
  } catch (error) {
    if (isWanted() && !(error instanceof EndedError)) failure.value = sentence(error);
  } finally {
    if (isWanted()) phase.value = 'idle';
  }
}

export const pruneNow = (network: FileCalls['take']['ask']): Promise<void> =>
  doing('training', async (isWanted) => {
    forget();
    const { calibration: train } = await copyNetwork(trainedImages);
    if (!isWanted()) return;
    if (train === null) throw new Error('It trains on with training images, which are not loaded.');
    const pruned = await prune(network, { pruning: wanted.peek(), train }, (soFar) => {
      if (isWanted()) progress.value = soFar;
    });
    const picture = await kernelSheet(pruned.insides, []);
    if (isWanted()) result.value = { ...pruned, picture: URL.createObjectURL(picture) };
  });

/** What a share is removed of. */
export const removedOf: Readonly<Record<Pruning['type'], string>> = {
  unstructured: 'weights',
  channels: 'multiply-adds',
};

const title = (name: string, { type, sparsity }: Pruning): string =>
  `Pruned: ${name}, ${percent(sparsity, 0)} of the ${removedOf[type]} removed`;

export const use = (name: string): Promise<void> =>
  doing('taking', async (isWanted) => {
    const { network, pruning } = result.peek()!;
    await useNetwork(network, title(name, pruning));
    if (isWanted()) dialog.value = null;
  });
