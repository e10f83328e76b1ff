// SPDX-License-Identifier: MIT
//
// What the model editor and its workers say to each other.

import type { LayerSummary, NamedTensor, SessionOptions } from 'tinycnn';
import type { SpecProblem } from './spec-problem';

/** A network with the number of classes of the data: what is known of it. */
export interface Described {
  /** From the first layer on; where something does not fit, those before it. */
  layers: LayerSummary[];
  problem: SpecProblem | null;
  /** What the layers come to; null where there is a problem. `training`: multiply-adds of a training step on one image. */
  total: { parameters: number; macs: number; training: number } | null;
  /** How many outputs the last layer would have, where the data have another number of classes. */
  outputs: number | null;
}

export interface MeasureAsk {
  spec: unknown;
  options: Omit<SessionOptions, 'model' | 'seed'>;
  classNames: readonly string[];
  threads: number;
}

export interface EditorCalls {
  describe: { ask: { spec: unknown; classes: number }; answer: Described };
  /** Trains on noise for a moment. */
  measure: { ask: MeasureAsk; answer: { imagesPerSecond: number } };
  /** The weights in a checkpoint with which its network predicts. */
  weights: { ask: { bytes: Uint8Array }; answer: NamedTensor[] };
}
