// SPDX-License-Identifier: MIT
//
// The engines that search beside the one that trains: begun with the first job, ended when nothing more is wanted of them, which they may be
// at any moment. They share the images where the browser lets workers share memory.

import { request as ask } from './connection';
import { SideWorker } from './side-worker';
import type { LabelledImages } from 'tinycnn';
import type { LabelledSet } from '../shared/dataset';
import type { SearchCalls } from '../shared/protocol-search';

export type SearchEngine = SideWorker<SearchCalls>;

/** One engine in a worker of its own. */
export const searchEngine = (): SearchEngine =>
  new SideWorker(
    () =>
      new Worker(new URL('../worker/search/search-worker.ts', import.meta.url), {
        type: 'module',
        name: 'tinycnn-search',
      }),
    'What searches could not be loaded, or has ended. Check your internet connection and try again.',
  );

/** As many as there are cores; from three on one is left to the page and to what trains there. */
export const engineCount = (cores = navigator.hardwareConcurrency): number =>
  Math.max(1, Math.min(16, cores <= 2 ? cores : cores - 1));

const share = (bytes: Uint8Array): Uint8Array => {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
};

/** In memory that workers share, where the browser allows it; else each gets a copy. */
export function shared<Images extends LabelledImages>(set: Images): Images {
  return crossOriginIsolated ? { ...set, images: share(set.images), labels: share(set.labels) } : set;
}

/** So many of the present training images, evenly spread over all, and the test images. */
export async function copyImages(count: number): Promise<{ train: LabelledSet; test: LabelledSet }> {
  const { calibration: train, test } = await ask('copyNetwork', { images: count });
  if (train === null || test === null) throw new Error('Searching takes training images, which are not loaded.');
  return { train, test };
}
