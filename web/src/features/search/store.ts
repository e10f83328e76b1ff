// SPDX-License-Identifier: MIT
//
// The sweep that is kept between visits: one, with its results so far. From them it goes on; what was under way is run again, with the same
// result.

import { createStore, del, get, set } from 'idb-keyval';
import type { UseStore } from 'idb-keyval';
import type { Sweep, TrialResult } from 'tinycnn/sweep';

/** Of this form; another one is left alone. */
const form = 1;

export interface KeptSweep {
  sweep: Sweep;
  /** The data set, and how many of its training images. */
  data: { id: string; title: string; images: number };
  results: readonly TrialResult[];
}

let opened: UseStore | null = null;
const store = (): UseStore => (opened ??= createStore('tinycnn-search', 'sweeps'));
const key = 'sweep';

/** Null where there is none. */
export async function readSweep(): Promise<KeptSweep | null> {
  const found = await get<KeptSweep & { form: number }>(key, store());
  return found?.form === form ? found : null;
}

export const writeSweep = (kept: KeptSweep): Promise<void> => set(key, { form, ...kept }, store());

export const removeSweep = (): Promise<void> => del(key, store());
