// SPDX-License-Identifier: MIT
//
// When training stops by itself: at the recipe's last epoch, or where the visitor wants it. Pure.

import { duration } from './format';

export type StopRule =
  | { at: 'end' }
  /** Counted from the run's beginning; past the recipe's last one if so wanted. One that is over already stops nothing. */
  | { at: 'epoch'; epochs: number }
  /** Seconds of training since Train was pressed; at the recipe's end at the latest. */
  | { at: 'time'; seconds: number }
  /** On the test images, in per cent; at the recipe's end at the latest. */
  | { at: 'accuracy'; percent: number };

export const stopAtEnd: StopRule = { at: 'end' };

/** What each kind of rule may be given. */
export const stopNumbers = {
  epoch: { min: 1, max: 1000, integer: true, offered: [1, 2, 3, 5, 10, 20] },
  time: { min: 1, max: 86_400, integer: false, offered: [5, 10, 30, 60, 300] },
  accuracy: { min: 1, max: 100, integer: false, offered: [95, 97, 98, 98.5, 99] },
} as const;

export type StopKind = StopRule['at'];

export function stopRule(kind: StopKind, number: number): StopRule {
  if (kind === 'end') return stopAtEnd;
  if (kind === 'epoch') return { at: kind, epochs: number };
  if (kind === 'time') return { at: kind, seconds: number };
  return { at: kind, percent: number };
}

const firstSeconds = 10;
const firstPercent = 98;

/** A rule of this kind that a run can still meet which has done so many epochs, and trained for so many seconds. */
export function firstRule(kind: StopKind, { epochs, seconds }: { epochs: number; seconds: number }): StopRule {
  if (kind === 'epoch') return stopRule(kind, epochs + 1);
  return stopRule(kind, kind === 'time' ? Math.ceil(seconds) + firstSeconds : firstPercent);
}

/** The number that a rule has; null for the one that has none. */
export function stopNumber(rule: StopRule): number | null {
  if (rule.at === 'end') return null;
  if (rule.at === 'epoch') return rule.epochs;
  return rule.at === 'time' ? rule.seconds : rule.percent;
}

/** The step at which training that is at `step` stops, `epochs` being the end of its schedule; a rule by time or accuracy may stop it
 * before. */
export function stopStep(rule: StopRule, plan: { stepsPerEpoch: number; epochs: number; step: number }): number {
  const byRule = rule.at === 'epoch' ? plan.stepsPerEpoch * rule.epochs : 0;
  return byRule > plan.step ? byRule : plan.stepsPerEpoch * plan.epochs;
}

/** Why training stopped by itself, as a sentence; `more`: the epochs by which Train goes on after the recipe's end. */
export function stopText(rule: StopRule, more: number): string {
  if (rule.at === 'end') {
    return `The recipe has finished. Press Train for ${more === 1 ? '1 more epoch' : `${more} more epochs`}.`;
  }
  if (rule.at === 'epoch') return `Stopped after epoch ${rule.epochs}, as you set.`;
  if (rule.at === 'time') return `Stopped after ${duration(rule.seconds)} of training, as you set.`;
  return `Stopped at a test accuracy of ${rule.percent} %, as you set.`;
}
