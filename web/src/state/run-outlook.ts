// SPDX-License-Identifier: MIT
//
// What can be said of a run besides how it stands: how long it will take, and which of its epochs was best. Pure.

import { bestStep } from '../shared/patience';
import { stopStep } from '../shared/stop';
import type { RunState } from './run-state';
import type { LossAt } from '../shared/patience';
import type { Evaluation } from '../shared/protocol';
import type { StopRule } from '../shared/stop';

/** How long the training that goes on will take until it stops by itself, tests left out; null where nothing says so. */
export function secondsLeft(run: RunState, rule: StopRule, now: number): number | null {
  const { facts, step, imagesPerSecond, startedAt } = run;
  if (facts === null || startedAt === null || !imagesPerSecond) return null;
  const { stepsPerEpoch, epochs } = facts;
  const steps = stopStep(rule, { stepsPerEpoch, epochs: run.extendedTo ?? epochs, step }) - step;
  const bySteps = steps > 0 ? (steps * facts.batchSize) / imagesPerSecond : null;
  if (rule.at !== 'time') return bySteps;
  return Math.min(bySteps ?? Infinity, Math.max(0, rule.seconds - (now - startedAt) / 1000));
}

/** The epoch with the lowest loss on the validation images, as far as it has come: chosen without a look at the test set. */
export function bestByValidation({ facts, evaluations }: RunState): Evaluation | null {
  const losses = evaluations.map(({ step, validation }): LossAt => [step, validation?.loss]);
  const step = bestStep(losses, facts?.stepsPerEpoch ?? 1);
  return evaluations.find((each) => each.step === step) ?? null;
}
