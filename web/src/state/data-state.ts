// SPDX-License-Identifier: MIT
//
// Whether there is anything to learn from: nothing yet, on its way, here, or nowhere to be had. Pure.

import type { DatasetFacts } from '../shared/protocol';
import type { LoadProgress } from '../shared/dataset';

export interface DataState {
  /** The data set that the network learns from, whatever else is on its way. */
  facts: DatasetFacts | null;
  progress: LoadProgress | null;
  /** No source had the data and none are here: the visitor's disk is the way out. */
  missing: boolean;
}

export const noData: DataState = { facts: null, progress: null, missing: false };

export const loading = (data: DataState, progress: LoadProgress): DataState => ({ ...data, progress, missing: false });

export const loaded = (_: DataState, facts: DatasetFacts): DataState => ({ facts, progress: null, missing: false });

/** What was there before stays. */
export const failed = (data: DataState): DataState => ({ ...data, progress: null, missing: data.facts === null });
