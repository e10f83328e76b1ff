// SPDX-License-Identifier: MIT
//
// What the benchmark's page and its worker say to each other.

import type { LabelledImages } from 'tinycnn';

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
  /** The images to train on; by default 4000 made-up ones. */
  data?: LabelledImages;
  /** How long to train in one go, for the mean; by default the median of some short turns. */
  seconds?: number;
  /** The step from which training is measured; 0, fresh weights, by default. */
  fromStep?: number;
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
