// SPDX-License-Identifier: MIT
//
// What a fresh worker needs to take over from a lost one.

import { firstLink } from '../state/page-link';
import type { Strokes } from 'tinycnn';
import type { DataSource, Snapshot } from '../shared/protocol';

export interface RestorePoint {
  source: DataSource;
  /** Of the run; null before the first. */
  snapshot: Snapshot | null;
  /** The class of each test image by the last test of the run. */
  test: { step: number; predicted: Uint8Array } | null;
  /** The current input, if it is a drawing. */
  drawing: Strokes | null;
  /** The checkpoint of the network that was kept to compare with; null where there is none. */
  ghost: Uint8Array | null;
}

export const restorePoint: RestorePoint = {
  source: { kind: 'published', id: firstLink.data!, orGenerated: true },
  snapshot: null,
  test: null,
  drawing: null,
  ghost: null,
};
