// SPDX-License-Identifier: MIT
//
// What the browser of the data shows at the moment, and the requests that fetch it. Loaded with the browser, when it is first opened.

import { readAugmented, readOverview, readSamples } from '../../client/inspection';
import { command } from '../../client/command';
import { batch, signal } from '@preact/signals';
import type { DataOverview, Samples, Subset } from '../../shared/protocol';

export type Tab = 'classes' | 'samples' | 'augmented';

export const pageSize = 40;
/** Versions of one image side by side. */
export const versions = 24;

interface Choice {
  subset: Subset;
  label: number;
  first: number;
}

export interface SamplesPage extends Samples, Choice {}

export interface Augmented {
  index: number;
  label: number;
  original: Uint8Array;
  pixels: Uint8Array;
}

export const tab = signal<Tab>('classes');
export const overview = signal<DataOverview | null>(null);
export const samples = signal<SamplesPage | null>(null);
export const augmented = signal<Augmented | null>(null);

/** What was chosen last, where its page is not there yet. */
export const chosen = signal<Choice | null>(null);

/** The data or the network are other ones: nothing that is shown holds any more. */
export function forget(): void {
  batch(() => {
    overview.value = samples.value = augmented.value = null;
  });
}

export const loadOverview = command(async () => {
  overview.value = await readOverview({});
});

/** Another page of images than the one that was chosen last, be it there yet or not. */
export const loadSamples = command(async (change: Partial<Choice>) => {
  const { subset, label, first } = chosen.value ?? samples.value ?? { subset: 'train', label: 0, first: 0 };
  const choice: Choice = { subset, label, first, ...change };
  chosen.value = choice;
  try {
    const found = await readSamples({ ...choice, count: pageSize });
    if (choice === chosen.value) samples.value = { ...found, ...choice };
  } finally {
    if (choice === chosen.value) chosen.value = null;
  }
});

/** The training image that was asked for last, be its versions there yet or not. */
let asked = 0;

export const askedImage = (): number => asked;

export const loadAugmented = command(async (index: number) => {
  asked = index;
  augmented.value = { index, ...(await readAugmented({ index, epochs: versions })) };
});
