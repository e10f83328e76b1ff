// SPDX-License-Identifier: MIT
//
// Commands for comparing runs: keep the present one as it is, and let go of the one that was kept.

import { ghostOf } from '../state/comparison';
import { ghostRun } from '../state/ghost';
import { run } from '../state/store';
import { command } from './command';
import { request } from './connection';

export const keepGhost = command(async () => {
  const kept = ghostOf(run.value);
  await request('keepGhost', {});
  ghostRun.value = kept;
});

export const dropGhost = command(async () => {
  ghostRun.value = null;
  await request('dropGhost', {});
});
