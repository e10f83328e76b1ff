// SPDX-License-Identifier: MIT
//
// What made a run's weights: the settings with which it began, and what was changed on the way. By this it can be repeated, bit for bit. Pure.

import type { RunSettings } from './protocol';

/** The learning rate from this step on. */
export interface RateChange {
  step: number;
  learningRate: number;
}

export interface RunLog {
  begun: RunSettings;
  /** In the order of their steps, of which no two are the same. */
  rates: readonly RateChange[];
  /** Why its settings do not lead to its weights, as a sentence; null where they do. */
  unlike: string | null;
}

export const newLog = (begun: RunSettings): RunLog => ({ begun, rates: [], unlike: null });

/** The last one at a step is the one that counts. */
export const withRate = (log: RunLog, change: RateChange): RunLog => ({
  ...log,
  rates: [...log.rates.filter(({ step }) => step < change.step), change],
});

/** The settings that hold from `step` on. */
export function settingsAt({ begun, rates }: RunLog, step: number): RunSettings {
  const last = rates.findLast((change) => change.step <= step);
  return last === undefined ? begun : { ...begun, changes: { ...begun.changes, learningRate: last.learningRate } };
}
