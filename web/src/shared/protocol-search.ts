// SPDX-License-Identifier: MIT
//
// What the page and the engines that search for it say to each other. Each has a worker of its own, which may be ended at any moment.

import type { ModelSpec, ModelSummary, NamedTensor, RangeTest, SessionOptions } from 'tinycnn';
import type { Job, SweepData, TrialOutcome } from 'tinycnn/sweep';

export interface SearchCalls {
  /** What everything else learns from, and is judged by. */
  data: { ask: { data: SweepData }; answer: null };
  /** Trains and judges one network, from its last checkpoint where there is one; says how far it is, as a fraction. */
  trial: { ask: { job: Job; checkpoint?: Uint8Array; seconds?: number }; answer: TrialOutcome };
  /** The learning-rate range test with a network that begins anew. */
  range: { ask: { options: SessionOptions }; answer: RangeTest };
  /** What is in the checkpoint of a trial. */
  network: { ask: { checkpoint: Uint8Array }; answer: TrialNetwork };
}

export interface TrialNetwork {
  spec: ModelSpec;
  summary: ModelSummary;
  weights: NamedTensor[];
}
