// SPDX-License-Identifier: MIT
// The messages between `tinycnn/worker` and its worker. Target 0 is the engine; sessions and quantized networks are numbered from 1.

import type { ErrorCode } from './errors.js';
import type { FitEpoch, ModelSpec, ModelSummary, Quantization, QuantizedLayer } from './types.js';

export const ENGINE = 0;

/** Calls a method, or reads a property, of a target. */
export interface Call {
  id: number;
  target: number;
  name: string;
  args: unknown[];
}

export type ToWorker =
  | { call: Call }
  /** Ends the `fit` that is call `abort`. */
  | { abort: number }
  /** The result of `onEpoch` of the `fit` that is call `answer`; `failed`: it threw. */
  | { answer: number; goesOn: boolean; failed: boolean };

export interface SentError {
  /** Present for a TinyCNNError. */
  code?: ErrorCode;
  message: string;
}

export type FromWorker =
  { id: number; value: unknown } | { id: number; error: SentError } | { id: number; epoch: FitEpoch };

/** Properties that never change, or only by `load`. */
export interface SessionFacts {
  target: number;
  spec: ModelSpec;
  summary: ModelSummary;
  classNames: readonly string[];
}

/** Properties of a quantized network, which never change. */
export interface QuantizedFacts {
  bytes: number;
  macs: number;
  input: Quantization;
  output: Quantization;
  layers: readonly QuantizedLayer[];
  classNames: readonly string[];
}

/** The methods and properties that can be called through the worker. */
export const ENGINE_METHODS = [
  ...(['describe', 'readIdxImages', 'readIdxLabels', 'measurePeak', 'prepareDigit', 'renderStrokes'] as const),
  ...(['generateStrokes', 'generateDigits', 'setActiveThreads', 'importModel'] as const),
] as const;
export const ENGINE_PROPERTIES = ['memory', 'activeThreads'] as const;
export const SESSION_METHODS = [
  ...([
    'setData',
    'trainSteps',
    'trainSlice',
    'setLearningRate',
    'setSchedule',
    'findLearningRate',
    'prune',
    'pruning',
  ] as const),
  ...(['augmented', 'evaluate', 'evaluateRange', 'predict', 'logits', 'predictBatch', 'measurePrediction'] as const),
  ...(['activations', 'allActivations', 'parameters', 'setParameters', 'gradients', 'rewind', 'save', 'load'] as const),
  ...(['exportModel', 'quantizationAware'] as const),
] as const;
export const QUANTIZED_METHODS = ['scores', 'logits', 'predict', 'predictBatch', 'evaluate', 'exportModel'] as const;
export const SESSION_PROPERTIES = [
  'step',
  'stepsPerEpoch',
  'hasValidation',
  'seed',
  'batchSize',
  'memoryBytes',
  'threads',
] as const;
