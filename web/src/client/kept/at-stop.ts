// SPDX-License-Identifier: MIT
//
// Whether a kept run had come to its end. Pure.

import { stopStep } from '../../shared/stop';
import type { StopRule } from '../../shared/stop';

/** Whether training has come to where it stops by itself, by the steps done. */
export function isAtStop(
  rule: StopRule,
  { step, ...plan }: { stepsPerEpoch: number; epochs: number; step: number },
): boolean {
  return step > 0 && step === stopStep(rule, { ...plan, step: step - 1 });
}
