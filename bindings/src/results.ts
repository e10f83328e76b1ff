// SPDX-License-Identifier: MIT
// Turns the sums that the C++ bindings return into means.

import type { Evaluation, PartialEvaluation, TrainResult } from './types.js';

export type NativeTrainResult = Omit<TrainResult, 'loss' | 'accuracy' | 'imagesPerSecond'> & TrainSums;

/** The sums behind the means of a TrainResult. `lossSum` is in nats. */
export interface TrainSums {
  samples: number;
  lossSum: number;
  correct: number;
}

/** Samples per call of an evaluation. Every evaluation uses these parts, so that its sum of losses is bit-exact. */
export const EVALUATED_AT_ONCE = 1024;

/** `seconds`: how long the training took. */
export function toTrainResult(
  { samples, lossSum, correct, ...result }: NativeTrainResult,
  seconds: number,
): TrainResult {
  const imagesPerSecond = samples / Math.max(seconds, 1e-6);
  return { ...result, loss: lossSum / samples, accuracy: correct / samples, imagesPerSecond };
}

/** Adds up the parts of an evaluation, of which there is at least one. */
export function sumUp(parts: Iterable<PartialEvaluation>): Evaluation {
  let [lossSum, correct, count] = [0, 0, 0];
  let confusion: number[][] | undefined;
  for (const part of parts) {
    lossSum += part.lossSum;
    correct += part.correct;
    count += part.count;
    confusion = confusion?.map((row, r) => row.map((cell, c) => cell + part.confusion[r]![c]!)) ?? part.confusion;
  }
  return { loss: lossSum / count, accuracy: correct / count, confusion: confusion! };
}
