// SPDX-License-Identifier: MIT
//
// A run that was kept to compare the next ones with: its curves and its settings, as they were.

import { signal } from '@preact/signals';
import type { CurvePoint } from './curve';
import type { Evaluation, RunSettings } from '../shared/protocol';

export interface GhostRun {
  settings: RunSettings;
  step: number;
  trained: readonly CurvePoint[];
  tested: readonly CurvePoint[];
  last: Evaluation | null;
}

export const ghostRun = signal<GhostRun | null>(null);
