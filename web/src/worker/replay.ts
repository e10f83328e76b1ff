// SPDX-License-Identifier: MIT
//
// A part of the run once more, up to one of its steps, by which its weights there are known in full; and on to a step whose weights were
// noted the first time, by which they are known to be the same. Loaded when it is wanted.

import { hashOfWeights } from '../shared/fnv1a';
import { epochsFor, retrain } from './retrain';
import { momentOf } from './run';
import type { Calls, Replayed } from '../shared/protocol';
import type { Run } from './run';

type Ask = Calls['replay']['ask'];

/** Null where it diverged, or `goes` did not hold any more: only then the session is not to be touched. */
async function trained(run: Run, { from, step, proofAt, rates }: Ask, goes: () => boolean): Promise<Replayed | null> {
  const { session, schedule } = run;
  const { epochs } = run.facts;
  const plan = { rates, schedule, epochs };
  if (from === null) await run.backToStart();
  else session.load(from.bytes);
  if ((await retrain(session, step, plan, goes))?.divergence !== null) return null;
  const snapshot = { step, bytes: session.save(), epochs: epochsFor(step, session.stepsPerEpoch, epochs) };
  const moment = momentOf(session);
  if ((await retrain(session, proofAt, plan, goes))?.divergence !== null) return null;
  return { snapshot, moment, proof: hashOfWeights([momentOf(session).weights]) };
}

export const replay = (run: Run, ask: Ask): Promise<Replayed | null> =>
  run.training.aside(async (goes) => {
    const saved = run.session.save();
    try {
      return await trained(run, ask, goes);
    } finally {
      if (goes()) run.session.load(saved);
    }
  });
