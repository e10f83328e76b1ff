// SPDX-License-Identifier: MIT
//
// How a network that has learned trains on for a short while, in a session of its own: gently enough not to lose what it knows. Yields between
// steps, so that the worker always listens.

import { Pace } from './pace';
import { turn } from './turn';
import type { LossOptions, Normalization, Session, SessionOptions } from 'tinycnn';

const maxSteps = 50;

interface Length {
  normalize: Normalization;
  loss: LossOptions;
  steps: number;
  batchSize: number;
}

export const fineTuningOptions = ({ normalize, loss, steps, batchSize }: Length): Omit<SessionOptions, 'model'> => ({
  ...{ normalize, loss, batchSize, seed: 1 },
  optimizer: { type: 'adam', learningRate: 1e-3 },
  schedule: { type: 'cosine', totalSteps: steps },
  augment: { degrees: 8, translate: [0.04, 0.04], scale: [0.94, 1.06], shear: 5 },
});

/** False once `goes` no longer holds, which is asked after every chunk of steps. */
export async function trainOn(session: Session, steps: number, goes: () => boolean): Promise<boolean> {
  const pace = new Pace(maxSteps);
  while (session.step < steps) {
    const from = performance.now();
    const chunk = Math.min(pace.units, steps - session.step);
    const { divergence } = session.trainSteps(chunk);
    if (divergence !== undefined) throw new Error(`Training went wrong: ${divergence.cause}`);
    pace.learn(chunk, performance.now() - from);
    await turn();
    if (!goes()) return false;
  }
  return true;
}
