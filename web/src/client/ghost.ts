// SPDX-License-Identifier: MIT
//
// Commands for comparing runs: keep the present one as it is, and let go of the one that was kept.

import { ghostOf } from '../state/comparison';
import { ghostRun } from '../state/ghost';
import { run } from '../state/store';
import { command } from './command';
import { request } from './connection';
import { restorePoint } from './restore-point';

export const keepGhost = command(async () => {
  const kept = ghostOf(run.value);
  restorePoint.ghost = (await request('keepGhost', { saved: null })).saved;
  ghostRun.value = kept;
});

export const dropGhost = command(async () => {
  ghostRun.value = restorePoint.ghost = null;
  await request('dropGhost', {});
});
