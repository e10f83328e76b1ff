// SPDX-License-Identifier: MIT
//
// Whether there is anything to learn from: nothing yet, on its way, here, or nowhere to be had. Pure.

import type { DatasetFacts } from '../shared/protocol';
import type { LoadProgress } from '../shared/dataset';

export interface DataState {
  /** The data set that the network learns from, whatever else is on its way. */
  facts: DatasetFacts | null;
  progress: LoadProgress | null;
  /** The published data set that no source had, while there are no data: the visitor's disk is the way out. */
  missing: string | null;
}

export const noData: DataState = { facts: null, progress: null, missing: null };

export const loading = (data: DataState, progress: LoadProgress): DataState => ({ ...data, progress, missing: null });

export const loaded = (_: DataState, facts: DatasetFacts): DataState => ({ facts, progress: null, missing: null });

/** What was there before stays. `id`: the published data set that was asked for, MNIST by default. */
export const failed = (data: DataState, id = 'mnist'): DataState => ({
  ...data,
  progress: null,
  missing: data.facts === null ? id : null,
});
