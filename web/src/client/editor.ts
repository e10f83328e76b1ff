// SPDX-License-Identifier: MIT
//
// The workers of the model editor: one that describes, and one that measures for as long as that is wanted. Both end with the editor.

import { request } from './connection';
import { SideWorker } from './side-worker';
import type { NamedTensor } from 'tinycnn';
import type { Described, EditorCalls, MeasureAsk } from '../shared/protocol-editor';

const helper = (): SideWorker<EditorCalls> =>
  new SideWorker(
    () =>
      new Worker(new URL('../worker/editor/worker.ts', import.meta.url), { type: 'module', name: 'tinycnn-editor' }),
    'What checks networks could not be loaded. Check your internet connection.',
  );

const describing = helper();
const measuring = helper();

export const describe = (spec: unknown, classes: number): Promise<Described> =>
  describing.request('describe', { spec, classes });

export const measure = (asked: MeasureAsk): Promise<EditorCalls['measure']['answer']> => {
  stopMeasuring();
  return measuring.request('measure', asked);
};

/** Whatever is being measured is not wanted any more: that ends at once. */
export function stopMeasuring(): void {
  if (measuring.isBusy) measuring.end();
}

/** The weights of the network on the page. */
export async function presentWeights(): Promise<NamedTensor[]> {
  const { bytes } = await request('copyNetwork', { images: 0 });
  return describing.request('weights', { bytes });
}

export function endEditor(): void {
  describing.end();
  measuring.end();
}
