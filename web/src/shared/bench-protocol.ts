// SPDX-License-Identifier: MIT
//
// What the benchmark's page and its worker say to each other.

/** A network that can be measured. */
export interface Subject {
  id: string;
  title: string;
  parameters: number;
  batchSize: number;
}

export interface BenchPlan {
  models: string[];
  threads: number[];
  /** How many images to train on; 4000 if it is not said. */
  images?: number;
  /** How long to train in one go, for their mean; else the median of some short turns. */
  seconds?: number;
}

/** Training of one network with so many threads. */
export interface StepsResult {
  model: string;
  threads: number;
  imagesPerSecond: number;
  gflops: number;
  /** What a loop of multiplications and additions reached beside it. */
  peakGflops: number;
  /** 0..1 */
  shareOfPeak: number;
}

/** One prediction on one thread, in microseconds. */
export interface PredictionResult {
  model: string;
  engine: number;
  package: number;
}

export type BenchRequest = { type: 'open' } | ({ type: 'run' } & BenchPlan);

export type BenchEvent =
  | { type: 'opened'; subjects: Subject[]; threads: number }
  /** `done` and `total` count turns. */
  | { type: 'progress'; done: number; total: number; doing: string }
  | { type: 'steps'; result: StepsResult }
  | { type: 'prediction'; result: PredictionResult }
  | { type: 'finished' }
  | { type: 'failed'; reason: string };
