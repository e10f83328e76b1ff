// SPDX-License-Identifier: MIT
//
// What the browser of the data shows at the moment, and the requests that fetch it. Loaded with the browser, when it is first opened.

import { readAugmented, readOverview, readSamples } from '../../client/inspection';
import { command } from '../../client/command';
import { batch, signal } from '@preact/signals';
import type { DataOverview, Samples, Shelf } from '../../shared/protocol';

export type Tab = 'classes' | 'samples' | 'distorted';

export const pageSize = 40;
/** Versions of one image side by side. */
export const versions = 24;

export interface SamplesPage extends Samples {
  shelf: Shelf;
  label: number;
  first: number;
}

export interface Distorted {
  index: number;
  label: number;
  original: Uint8Array;
  pixels: Uint8Array;
}

export const tab = signal<Tab>('classes');
export const overview = signal<DataOverview | null>(null);
export const samples = signal<SamplesPage | null>(null);
export const distorted = signal<Distorted | null>(null);
/** The data or the network are other ones: nothing that is shown holds any more. */
export function forget(): void {
  batch(() => {
    overview.value = samples.value = distorted.value = null;
  });
}

export const loadOverview = command(async () => {
  overview.value = await readOverview({});
});

export const loadSamples = command(async (shelf: Shelf, label: number, first: number) => {
  const found = await readSamples({ shelf, label, first, count: pageSize });
  samples.value = { ...found, shelf, label, first };
});

export const loadDistorted = command(async (index: number) => {
  distorted.value = { index, ...(await readAugmented({ index, epochs: versions })) };
});
