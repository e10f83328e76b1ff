// SPDX-License-Identifier: MIT
//
// The run as it is to be kept, or written to a file: its newest snapshot, and all that is known of it up to there.

import { hashOfWeights } from '../../shared/fnv1a';
import { moments } from '../../state/past';
import { aim } from '../../state/kept';
import * as runState from '../../state/run-state';
import { engine, pad, run, stopRule } from '../../state/store';
import { checkpoints } from '../checkpoints';
import { weightsHash } from '../weights-hash';
import { restorePoint } from '../restore-point';
import { schema } from './schema';
import { secondsTrained } from './trained-time';
import type { Past } from './records';
import type { KeptRun } from './schema';

/** A record without what is known when it is written. */
export type Unplaced = Omit<KeptRun, 'id' | 'order' | 'data' | 'bytes' | 'moments' | 'checkpoints'>;

export interface Captured {
  record: Unplaced;
  weights: Uint8Array;
  past: Past;
}

const pastUntil = (step: number): Past => ({
  moments: moments.peek().filter((each) => each.step <= step),
  checkpoints: checkpoints().filter((each) => each.step <= step),
});

/** Of the weights at this step: as the worker has said while the run rested, or of the moment that it notes when the run is left. */
function hashAt(step: number, isLeft: boolean): string | null {
  const noted = isLeft ? moments.peek().find((moment) => moment.step === step) : undefined;
  if (noted !== undefined) return hashOfWeights([noted.weights]);
  const known = weightsHash.peek();
  return known?.step === step ? known.hash : null;
}

/** Null while there is nothing worth keeping. `isLeft`: another run is about to take its place. */
export function captured(isLeft = false): Captured | null {
  const { snapshot, test, log } = restorePoint;
  const state = run.peek();
  const facts = engine.peek();
  if (facts === null || state.facts === null || snapshot === null || snapshot.step === 0) return null;
  const { step, epochs } = snapshot;
  const { loss, accuracy, curve, story, probes, evaluations, extendedTo } = runState.restored(state, state.facts, step);
  const entry = facts.zoo.find(({ id }) => id === log.begun.model);
  const { parameters, macs } = state.facts.summary;
  return {
    ...{ weights: snapshot.bytes, past: pastUntil(step) },
    record: {
      network: entry?.title ?? log.begun.model,
      ...{ spec: entry?.spec ?? null, size: { parameters, macs } },
      ...{ seconds: secondsTrained(), hash: hashAt(step, isLeft) },
      ...{ schema, savedAt: Date.now(), step, epochs, log, stop: stopRule.peek() },
      isTraining: state.phase === 'training',
      known: { loss, accuracy, curve, story, probes, evaluations, extendedTo },
      test: test !== null && test.step <= step ? test : null,
      ...{ aim: aim.peek(), drawing: pad.peek().strokes },
    },
  };
}
