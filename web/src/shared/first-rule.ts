// SPDX-License-Identifier: MIT
//
// What a kind of stop rule begins with when it is chosen. Pure.

import { stopRule } from './stop';
import type { StopKind, StopRule } from './stop';

const firstSteps = 1000;
const firstSeconds = 10;
const firstPercent = 98;
const firstPatience = 3;

/** A rule of this kind that a run can still meet which has done so many epochs and steps, trained for so many seconds, and whose best epoch
 * by the validation loss was so many epochs ago. */
export function firstRule(
  kind: StopKind,
  { epochs, steps, seconds, sinceBest }: { epochs: number; steps: number; seconds: number; sinceBest: number },
): StopRule {
  if (kind === 'epoch') return stopRule(kind, epochs + 1);
  if (kind === 'step') return stopRule(kind, steps + firstSteps);
  if (kind === 'patience') return stopRule(kind, Math.max(firstPatience, sinceBest + 1));
  return stopRule(kind, kind === 'time' ? Math.ceil(seconds) + firstSeconds : firstPercent);
}
