// SPDX-License-Identifier: MIT
//
// Trains a session to a step as a run trains to it, and shows nothing on the way: the same weights, since they depend on nothing else than
// the steps, the rates that were set and the schedule. Loaded when a run is repeated; also by npm run verify.

import { extended } from '../shared/plan';
import { Pace } from './pace';
import { turn } from './turn';
import type { RateChange } from '../shared/run-log';
import type { Divergence, ScheduleOptions, Session } from 'tinycnn';

export interface Plan {
  rates: readonly RateChange[];
  /** Of the recipe, which ends after so many epochs. */
  schedule: ScheduleOptions;
  epochs: number;
}

const maxSteps = 500;

/** Epochs after which the schedule ends for a run that trains past `step`: at first the recipe's, then as many again and again. */
export function epochsFor(step: number, stepsPerEpoch: number, epochs: number): number {
  return epochs * Math.max(1, Math.floor(step / (stepsPerEpoch * epochs)) + 1);
}

/** Sets what holds from the session's step on; the next step at which something else may. */
function prepare(session: Session, { rates, schedule, epochs }: Plan): number {
  const { step, stepsPerEpoch } = session;
  const rate = rates.findLast((change) => change.step <= step);
  if (rate !== undefined) session.setLearningRate(rate.learningRate);
  const lasting = epochsFor(step, stepsPerEpoch, epochs);
  session.setSchedule(extended(schedule, lasting / epochs));
  return Math.min(lasting * stepsPerEpoch, ...rates.map((change) => change.step).filter((each) => each > step));
}

/** From the session's step to a later one. Null where `goes` no longer held on the way; else whether and how it diverged. */
export async function retrain(
  session: Session,
  to: number,
  plan: Plan,
  goes: () => boolean,
): Promise<{ divergence: Divergence | null } | null> {
  const pace = new Pace(maxSteps);
  let until = session.step;
  while (session.step < to) {
    const { step } = session;
    if (step >= until) until = prepare(session, plan);
    const count = Math.min(pace.units, until - step, to - step);
    const from = performance.now();
    const { divergence } = session.trainSteps(count);
    pace.learn(count, performance.now() - from);
    if (divergence !== undefined) return { divergence };
    await turn();
    if (!goes()) return null;
  }
  return { divergence: null };
}
