// SPDX-License-Identifier: MIT
//
// The learning-rate range test: asked for, found, and taken.

import { signal } from '@preact/signals';
import { inWords } from '../../client/command';
import { choose, chosenSettings } from '../../client/run';
import { copyImages, searchEngine } from '../../client/search';
import { EndedError } from '../../client/side-worker';
import { sessionOptionsOf } from '../../shared/plan';
import { data, recipe } from '../../state/store';
import { present } from './sweep-state';
import type { RangeTest } from 'tinycnn';
import type { SearchEngine } from '../../client/search';

export interface FoundRate extends RangeTest {
  /** Of the network that was asked about. */
  network: string;
}

export const rate = signal<FoundRate | null>(null);
export const isFinding = signal(false);
export const rateFailure = signal<string | null>(null);

/** Enough for a hundred mini-batches of any size that is offered. */
const images = 12_800;

let engine: SearchEngine | null = null;

/** With the recipe on the page but for its schedule, from the weights of its seed. */
export async function findRate(): Promise<void> {
  const mine = searchEngine();
  engine = mine;
  isFinding.value = true;
  rateFailure.value = null;
  try {
    const { name, model, seed } = present();
    const { train, test } = await copyImages(images);
    const classes = data.value.facts!.classes;
    if (engine !== mine) return; // stopped meanwhile
    await mine.request('data', { data: { train, judge: test, classes: classes.length } });
    const { batchSize, optimizer, normalize, loss, augment } = sessionOptionsOf(recipe.value!, 0);
    const options = { batchSize, optimizer, normalize, loss, ...(augment === undefined ? {} : { augment }) };
    const found = await mine.request('range', { options: { ...options, model, seed, classNames: [...classes] } });
    rate.value = { ...found, network: name };
  } catch (error) {
    if (!(error instanceof EndedError)) rateFailure.value = inWords(error);
  } finally {
    mine.end();
    if (engine === mine) {
      engine = null;
      isFinding.value = false;
    }
  }
}

export function stopFinding(): void {
  engine?.end();
  engine = null;
  isFinding.value = false;
}

/** Begins the run anew with this rate. */
export const useRate = (learningRate: number): Promise<void> =>
  choose({ changes: { ...chosenSettings().changes, learningRate } });
