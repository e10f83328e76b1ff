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

/** The result of one call into the engine. */
export interface TrainedPart {
  result: NativeTrainResult;
  seconds: number;
}

/** Adds up mini-batches that were trained one at a time. The sums are bit-exact those of a single call for all of them. */
export class TrainTotal implements TrainedPart {
  #last: NativeTrainResult | undefined;
  readonly #sums: TrainSums = { samples: 0, lossSum: 0, correct: 0 };
  seconds = 0;

  add({ result, seconds }: TrainedPart): void {
    this.#last = result;
    this.seconds += seconds;
    for (const key of ['samples', 'lossSum', 'correct'] as const) this.#sums[key] += result[key];
  }

  get hasDiverged(): boolean {
    return this.#last?.divergence !== undefined;
  }

  get result(): NativeTrainResult {
    return { ...this.#last!, ...this.#sums };
  }
}

/** Adds up the parts of an evaluation, of which there is at least one. */
export function sumUp(parts: Iterable<Omit<PartialEvaluation, 'predicted'>>): Evaluation {
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
