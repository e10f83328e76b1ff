// SPDX-License-Identifier: MIT
// What a session's training gives: sums over mini-batches, and the means that callers see.

import type { TrainResult } from './types.js';

export type NativeTrainResult = Omit<TrainResult, 'loss' | 'accuracy' | 'imagesPerSecond'> & TrainSums;

/** What the means of a TrainResult are made of. */
export interface TrainSums {
  samples: number;
  lossSum: number;
  correct: number;
}

export function toTrainResult(
  { samples, lossSum, correct, ...result }: NativeTrainResult,
  seconds: number,
): TrainResult {
  const imagesPerSecond = samples / Math.max(seconds, 1e-6);
  return { ...result, loss: lossSum / samples, accuracy: correct / samples, imagesPerSecond };
}

/** Mini-batches that have been trained in one go. */
export interface TrainedPart {
  result: NativeTrainResult;
  seconds: number;
}

/** The sums over mini-batches that were trained one at a time: they are, bit for bit, those of one call for all of them. */
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
