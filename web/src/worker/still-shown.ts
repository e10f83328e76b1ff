// SPDX-License-Identifier: MIT
//
// Whether long work for a panel is still about the network that is shown. Training goes on beside it; a rewind makes another network of it.

import type { Past, Run } from './run';

/** `past` and `step`: as they were when the work began. */
export const isStillShown = (run: Run, past: Past | null, step: number): boolean =>
  run.past === past && run.shown.step >= step;
