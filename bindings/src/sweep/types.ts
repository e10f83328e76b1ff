// SPDX-License-Identifier: MIT
// The public types of `tinycnn/sweep`. All of them are plain data that JSON can hold.

import type { SessionOptions } from '../types.js';

/** Fully connected: `hiddenLayers` layers of `neurons` each, with an activation behind each. */
export interface DenseNetwork {
  /** 0 to 64. */
  hiddenLayers: number;
  /** 1 to 4,096. */
  neurons: number;
  activation: 'relu' | 'sigmoid' | 'tanh';
}

/** How one network is trained: the options of a session. A schedule's `totalSteps` may be left out; it then ends with the last epoch. */
export type TrialSettings = Omit<
  SessionOptions,
  'title' | 'epochs' | 'parameters' | 'classNames' | 'schedule' | 'model'
> & {
  /** An id of the zoo, a spec, or what a fully connected network is like. Its classes become those of the data. */
  model: SessionOptions['model'] | DenseNetwork;
  /** Above 0, up to 10,000; parts of an epoch count as whole mini-batches. */
  epochs: number;
  schedule?: {
    type: 'constant' | 'oneCycle' | 'exponential' | 'step' | 'cosine';
    totalSteps?: number;
    [name: string]: unknown;
  };
};

/** The value of a setting: anything that JSON can hold. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** The values of one setting: a list, or `steps` values from `from` to `to`, both included. A random search draws from the whole range
 * where `steps` is left out. */
export type Axis =
  readonly Value[] | { from: number; to: number; steps?: number; scale?: 'linear' | 'log'; isInteger?: boolean };

/** A search as data: which trials there are, how they are trained, and by what they are judged. */
export interface Sweep {
  /** A name, for files and tables. */
  name: string;
  /** What all trials have in common. */
  base: TrialSettings;
  /** What differs, by the path of a setting: `{ 'optimizer.learningRate': { from: 1e-4, to: 1e-1, steps: 7, scale: 'log' } }`. */
  vary: Record<string, Axis>;
  /** Every combination ('grid', the default), or `trials` random ones, which follow from the seed (default 1). */
  search?: { type: 'grid' } | { type: 'random'; trials: number; seed?: number };
  /** Share of the training images, from 0 to below 1, that is held out (as by `holdOut` with seed 1) and by which trials are judged.
   * Default 1/6. With 0 they are judged by the test images: a measurement, no longer a fair choice. */
  validation?: number;
  /** What a better trial has more of. Default 'accuracy'; 'accuracySquaredPerSecond' is the accuracy squared divided by the seconds of
   * training, so that it differs from machine to machine. */
  score?: 'accuracy' | 'accuracySquaredPerSecond';
  /**
   * Successive halving: all trials are trained for `firstEpochs`, the best of each `factor` (default 3) `factor` times as long, and so on up
   * to all epochs. A trial that goes on continues from its checkpoint. Its schedule is that of all epochs.
   */
  halving?: { firstEpochs: number; factor?: number };
}

/** One network of a sweep. Its number and settings follow from the sweep alone. */
export interface Trial {
  id: number;
  /** The values of what the sweep varies, by path. */
  values: Record<string, Value>;
  settings: TrialSettings;
}

/** What is to be done next: train a trial up to so many epochs. `rung`: 0 is the first. */
export interface Job {
  trial: Trial;
  rung: number;
  epochs: number;
}

/** What became of a job; a line of a sweep's file. */
export interface TrialResult {
  /** The trial's. */
  id: number;
  rung: number;
  /** Trained so far. */
  epochs: number;
  values: Record<string, Value>;
  /** On the images that trials are judged by: fraction classified correctly, and mean loss in nats; 0 and null where it diverged. */
  accuracy: number;
  loss: number | null;
  /** Of training so far, evaluation left out. */
  seconds: number;
  parameters: number;
  /** Multiply-adds of the forward pass of one image. */
  macs: number;
  /** FNV-1a (64 bits, hexadecimal) over the weights: the same wherever the trial was run. */
  weights: string;
  /** In words, where the run diverged. */
  divergence?: string;
}
