// SPDX-License-Identifier: MIT
//
// Checkpoints of the run on its way, from which any step after them is trained again: some of those that the worker sends anyway.

import { effect } from '@preact/signals';
import { maxMomentBytes } from '../shared/moments';
import { moments, snapshotStep } from '../state/past';
import { thinned } from '../state/thinned';
import { restorePoint } from './restore-point';
import type { Moment } from '../shared/moments';
import type { Snapshot } from '../shared/protocol';

/** Beside what the moments take. */
export const maxBytes = 3_000_000;
/** Before this step there are none: they are trained again from the beginning. */
const first = 500;
/** From one to the next, at least. */
const growth = 1.25;

let points: readonly Snapshot[] = [];
let begun: unknown = null;

/** In the order of their steps. */
export const checkpoints = (): readonly Snapshot[] => points;

/** For a run that was brought back. */
export function setCheckpoints(of: unknown, found: readonly Snapshot[]): void {
  begun = of;
  points = found;
}

const sizeOf = ({ bytes }: Snapshot): number => bytes.length;
const momentSize = ({ weights }: Moment): number => weights.byteLength;

function consider(snapshot: Snapshot | null): void {
  if (begun !== restorePoint.log.begun) setCheckpoints(restorePoint.log.begun, []);
  if (snapshot === null || snapshot.step < first || sizeOf(snapshot) > maxBytes) return;
  const last = points.at(-1)?.step ?? 0;
  if (snapshot.step >= last && snapshot.step < last * growth) return;
  const before = points.filter(({ step }) => step < snapshot.step);
  points = thinned([...before, snapshot], sizeOf, maxBytes);
}

/** From now on what there is of the run's past stays within its bounds. */
export function followPast(): void {
  effect(() => {
    const { snapshot } = restorePoint;
    consider(snapshot?.step === snapshotStep.value ? snapshot : null);
  });
  effect(() => {
    const kept = thinned(moments.value, momentSize, maxMomentBytes);
    if (kept !== moments.value) moments.value = kept;
  });
}
