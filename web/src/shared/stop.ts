// SPDX-License-Identifier: MIT
//
// When training stops by itself: at the recipe's last epoch, or where the visitor wants it. Pure.

export type StopRule =
  | { at: 'end' }
  /** Epochs and steps are counted from the run's beginning; past the recipe's last one if so wanted. One that is over already stops
   * nothing. */
  | { at: 'epoch'; epochs: number }
  | { at: 'step'; step: number }
  /** Seconds of training since Train was pressed; at the recipe's end at the latest. */
  | { at: 'time'; seconds: number }
  /** On the test images, in per cent; at the recipe's end at the latest. */
  | { at: 'accuracy'; percent: number }
  /** Epochs in a row without a lower loss on the validation images, or the recipe's end; then the network of the best epoch is brought
   * back. Stops nothing where no images are held out. */
  | { at: 'patience'; epochs: number };

export const stopAtEnd: StopRule = { at: 'end' };

/** What each kind of rule may be given. */
export const stopNumbers = {
  epoch: { min: 1, max: 1000, integer: true, offered: [1, 2, 3, 5, 10, 20] },
  step: { min: 1, max: 1e9, integer: true, offered: [100, 1000, 5000, 10_000] },
  time: { min: 1, max: 86_400, integer: false, offered: [5, 10, 30, 60, 300] },
  accuracy: { min: 1, max: 100, integer: false, offered: [95, 97, 98, 98.5, 99] },
  patience: { min: 1, max: 1000, integer: true, offered: [1, 2, 3, 5, 10] },
} as const;

export type StopKind = StopRule['at'];

export function stopRule(kind: StopKind, number: number): StopRule {
  if (kind === 'end') return stopAtEnd;
  if (kind === 'epoch' || kind === 'patience') return { at: kind, epochs: number };
  if (kind === 'step') return { at: kind, step: number };
  if (kind === 'time') return { at: kind, seconds: number };
  return { at: kind, percent: number };
}

/** The number that a rule has; null for the one that has none. */
export function stopNumber(rule: StopRule): number | null {
  if (rule.at === 'end') return null;
  if (rule.at === 'epoch' || rule.at === 'patience') return rule.epochs;
  if (rule.at === 'step') return rule.step;
  return rule.at === 'time' ? rule.seconds : rule.percent;
}

/** The step that a rule names; 0 where it names none. */
export function stepOf(rule: StopRule, stepsPerEpoch: number): number {
  if (rule.at === 'epoch') return stepsPerEpoch * rule.epochs;
  return rule.at === 'step' ? rule.step : 0;
}

/** The step at which training that is at `step` stops, `epochs` being the end of its schedule; a rule by time, accuracy or
 * validation loss may stop it before. */
export function stopStep(rule: StopRule, plan: { stepsPerEpoch: number; epochs: number; step: number }): number {
  const byRule = stepOf(rule, plan.stepsPerEpoch);
  return byRule > plan.step ? byRule : plan.stepsPerEpoch * plan.epochs;
}
