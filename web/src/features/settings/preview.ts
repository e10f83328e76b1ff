// SPDX-License-Identifier: MIT
//
// One training image as the run augments it, for the settings' preview.

import { signal } from '@preact/signals';
import { command } from '../../client/command';
import { readAugmented } from '../../client/inspection';
import { runFacts } from '../../state/store';

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
export const loadPreview = command(async (another = false) => {
  const count = runFacts.value?.trainCount ?? 0;
  const ask = ++previewAsks;
  if (count === 0) return;
  if (another || shownIndex >= count) shownIndex = Math.floor(Math.random() * count);
  const { label, original, pixels } = await readAugmented({ index: shownIndex, epochs: versions });
  if (ask === previewAsks) preview.value = { id: ask, label, original, versions: pixels };
});
