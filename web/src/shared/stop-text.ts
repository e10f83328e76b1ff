// SPDX-License-Identifier: MIT
//
// What is said when training has stopped by itself. Pure.

import { duration } from './format';
import type { StopRule } from './stop';

/** Why training stopped by itself, as a sentence; `more`: the epochs by which Train goes on after the recipe's end. For a rule of patience
 * see patience-text.ts. */
export function stopText(rule: Exclude<StopRule, { at: 'patience' }>, more: number): string {
  if (rule.at === 'end') {
    return `The recipe has finished. Press Train for ${more === 1 ? '1 more epoch' : `${more} more epochs`}.`;
  }
  if (rule.at === 'epoch') return `Stopped after epoch ${rule.epochs}, as you set.`;
  if (rule.at === 'step') return `Stopped at step ${rule.step}, as you set.`;
  if (rule.at === 'time') return `Stopped after ${duration(rule.seconds)} of training, as you set.`;
  return `Stopped at a test accuracy of ${rule.percent} %, as you set.`;
}
