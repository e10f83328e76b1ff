// SPDX-License-Identifier: MIT
// From the sums that the C++ bindings give to the means that the package gives.

import type { Evaluation, PartialEvaluation, TrainResult } from './types.js';

export type NativeTrainResult = Omit<TrainResult, 'loss' | 'accuracy' | 'imagesPerSecond'> & TrainSums;

/** What the means of a TrainResult are made of. */
export interface TrainSums {
  samples: number;
  lossSum: number;
  correct: number;
}

/** Samples that an evaluation takes in one call: the sum of the losses is that of these parts, whoever asks for it. */
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
