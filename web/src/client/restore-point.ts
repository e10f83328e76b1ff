// SPDX-License-Identifier: MIT
//
// What a fresh worker needs to take over from a lost one.

import { newLog } from '../shared/run-log';
import { firstLink } from '../state/page-link';
import type { Strokes } from 'tinycnn';
import type { RunLog } from '../shared/run-log';
import type { ImportedNetwork } from '../shared/imported';
import type { DataSource, Snapshot } from '../shared/protocol';

export interface RestorePoint {
  source: DataSource;
  /** How the run came to be as it is. Another object is another run, or a change of this one. */
  log: RunLog;
  /** Of the run; null before the first. */
  snapshot: Snapshot | null;
  /** The class of each test image by the last test of the run. */
  test: { step: number; predicted: Uint8Array } | null;
  /** Whether the run will be there after the page is left. */
  isKept: boolean;
  /** The current input, if it is a drawing. */
  drawing: Strokes | null;
  /** The checkpoint of the network that was kept to compare with; null where there is none. */
  ghost: Uint8Array | null;
  /** Networks from files. */
  networks: readonly ImportedNetwork[];
  /** Called when another run is about to take the place of the present one. */
  leave: () => void;
}

export const restorePoint: RestorePoint = {
  source: { kind: 'published', id: firstLink.data!, orGenerated: true },
  log: newLog(firstLink.settings),
  snapshot: null,
  test: null,
  isKept: false,
  drawing: null,
  ghost: null,
  networks: [],
  leave: () => undefined,
};
