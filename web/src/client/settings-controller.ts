// SPDX-License-Identifier: MIT
//
// What a visitor can ask for in the settings alone, loaded with them: one training image as the run distorts it, and another number of
// threads, with which the run goes on where it was.

import { batch, signal } from '@preact/signals';
import { attempt, bringBackDigit, openEngine, replaceWorker, request } from './controller';
import { resume } from './run-controller';
import { threads } from '../state/threads';
import { engine, problem, run, runFacts } from '../state/store';
import type { Estate, Threads } from '../shared/protocol';

export const versions = 8;

/** 28x28 bytes each: the image itself, and as it comes in the first epochs. */
export interface Preview {
  /** Another one for every preview. */
  id: number;
  label: number;
  original: Uint8Array;
  versions: Uint8Array;
}

export const preview = signal<Preview | null>(null);
let shownIndex = 0;
let previewAsks = 0;

/** Distorts the image at hand anew; `another`: another one. */
export function loadPreview(another = false): Promise<void> {
  const count = runFacts.value?.trainCount ?? 0;
  const ask = ++previewAsks;
  if (count === 0) return Promise.resolve();
  if (another || shownIndex >= count) shownIndex = Math.floor(Math.random() * count);
  return attempt(async () => {
    const { label, original, pixels } = await request('distorted', { index: shownIndex, epochs: versions });
    if (ask === previewAsks) preview.value = { id: ask, label, original, versions: pixels };
  });
}

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

const buffersOf = ({ bytes, predicted, dataset }: Estate): Transferable[] => {
  const arrays = [bytes, predicted, ...[dataset?.train, dataset?.test].flatMap((set) => [set?.images, set?.labels])];
  return [...new Set(arrays.flatMap((array) => array?.buffer ?? []))] as ArrayBuffer[];
};

/** Moves the run to an engine with another number of threads: same data, same weights, same step, and training if it was training. */
export function useThreads(wanted: Threads): Promise<void> {
  if (wanted === threads.value || isMoving.value) return Promise.resolve();
  return attempt(async () => {
    isMoving.value = true;
    try {
      const { startedAt } = run.value;
      const estate = await request('handOver', {});
      const before = run.value;
      const refused = await openWith(wanted);
      const facts = await request('takeOver', { settings: before.settings, estate }, buffersOf(estate));
      batch(() => {
        run.value = { ...before, facts, step: estate.step };
        if (refused !== null) {
          const why = refused instanceof Error ? refused.message : 'it did not start';
          problem.value = `The engine could not be started with ${wanted} threads: ${why} Training continues with ${engine.value!.threads}.`;
        }
      });
      await bringBackDigit();
      if (startedAt !== null) await resume(startedAt);
    } finally {
      isMoving.value = false;
    }
  });
}
