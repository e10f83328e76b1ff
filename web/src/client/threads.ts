// SPDX-License-Identifier: MIT
//
// The command for another number of threads, with which the run goes on where it was. Loaded with the settings.

import { batch, signal } from '@preact/signals';
import { threads } from '../state/threads';
import { engine, problem, run } from '../state/store';
import { command } from './command';
import { openEngine } from './configure';
import { replaceWorker, request } from './connection';
import { restoreInput } from './input';
import { lookAtPresent, resume } from './run';
import type { RunTransfer, Threads } from '../shared/protocol';

export const isMoving = signal(false);

/** An engine with `wanted` threads; if it cannot be had, one with as many as before, and why. */
async function openWith(wanted: Threads): Promise<unknown> {
  const before = threads.value;
  replaceWorker();
  threads.value = wanted;
  try {
    await openEngine();
    return null;
  } catch (error) {
    replaceWorker();
    threads.value = before;
    await openEngine();
    return error;
  }
}

const buffersOf = ({ bytes, predicted, dataset }: RunTransfer): Transferable[] => {
  const arrays = [bytes, predicted, ...[dataset?.train, dataset?.test].flatMap((set) => [set?.images, set?.labels])];
  return [...new Set(arrays.flatMap((array) => array?.buffer ?? []))] as ArrayBuffer[];
};

/** Moves the run to an engine with another number of threads: same data, same weights, same step, and training if it was training. */
export const useThreads = command(async (wanted: Threads) => {
  if (wanted === threads.value || isMoving.value) return;
  isMoving.value = true;
  lookAtPresent();
  try {
    const { startedAt } = run.value;
    const transferred = await request('releaseRun', {});
    const before = run.value;
    const refused = await openWith(wanted);
    const facts = await request('adoptRun', { settings: before.settings, transferred }, buffersOf(transferred));
    batch(() => {
      run.value = { ...before, facts, step: transferred.step };
      if (refused !== null) {
        const why = refused instanceof Error ? refused.message : 'it did not start';
        problem.value = `The engine could not be started with ${wanted} threads: ${why} Training continues with ${engine.value!.threads}.`;
      }
    });
    await restoreInput();
    if (startedAt !== null) await resume(startedAt);
  } finally {
    isMoving.value = false;
  }
});
