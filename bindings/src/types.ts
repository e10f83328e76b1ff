// SPDX-License-Identifier: MIT
// The public types of the package. Pixels are 0 (background) to 255 (ink), losses are in nats,
// accuracies are 0..1, shapes are [channels, height, width] of one sample.

/** Height and width as one number or as `[height, width]`. */
export type Size = number | [height: number, width: number];

export type Shape = [channels: number, height: number, width: number];

/** One layer, with PyTorch's names and meaning. `from`: the layer it reads; by default the one before. */
export type LayerSpec = { name: string; from?: string[] } & (
  | { type: 'conv2d'; outChannels: number; kernelSize: Size; stride?: Size; padding?: Size; bias?: boolean }
  | { type: 'relu' }
  /** `stride` is `kernelSize` by default. */
  | { type: 'maxPool2d'; kernelSize: Size; stride?: Size }
  | { type: 'flatten' }
  | { type: 'linear'; outFeatures: number; bias?: boolean }
);

/** A network as data: layers in order. The last one gives a vector of at most 256 class scores (logits). */
export interface ModelSpec {
  name: string;
  input: Shape;
  layers: LayerSpec[];
}

/** What follows from a spec alone. `macs`: multiply-adds of one sample's forward pass. */
export interface ModelSummary {
  layers: LayerSummary[];
  parameters: number;
  macs: number;
}

export interface LayerSummary {
  name: string;
  type: LayerSpec['type'];
  /** Names of the layers it reads; `'input'` is the model's input. */
  from: string[];
  /** Of its output. */
  shape: Shape;
  parameters: number;
  macs: number;
}

/** torch.optim's optimizers with its defaults. Weight decay is L2, added to the gradient. */
export type OptimizerOptions =
  | {
      type: 'adam';
      /** Default 0.001. */
      learningRate?: number;
      /** Default [0.9, 0.999]. */
      betas?: [number, number];
      /** Default 1e-8. */
      eps?: number;
      /** Default 0. */
      weightDecay?: number;
    }
  | { type: 'sgd'; learningRate?: number; momentum?: number; weightDecay?: number };

/** The learning rate over the steps; the optimizer's rate is the highest. */
export type ScheduleOptions =
  | { type: 'constant' }
  /** torch.optim.lr_scheduler.OneCycleLR with linear annealing. Defaults: 0.3, 25, 10,000. */
  | { type: 'oneCycle'; totalSteps: number; pctStart?: number; divFactor?: number; finalDivFactor?: number }
  /** torch.optim.lr_scheduler.ExponentialLR stepped after every mini-batch: `gamma` (above 0, up to 1) is the factor from one step to the next. */
  | { type: 'exponential'; gamma: number };

/** The network sees (pixel / 255 - mean) / std. */
export interface Normalization {
  mean: number;
  std: number;
}

/** How to train a model. */
export interface Recipe {
  title: string;
  epochs: number;
  batchSize: number;
  optimizer: OptimizerOptions;
  schedule: ScheduleOptions;
  normalize: Normalization;
}

/** A named architecture. */
export interface ZooEntry {
  id: string;
  title: string;
  spec: ModelSpec;
  parameters: number;
  macs: number;
  /** As published. */
  recipe: Recipe;
  /** Ours. */
  bestRecipe: Recipe;
  /** The published figure, in words. */
  published: string;
  source: string;
}

export interface EngineInfo {
  /** Which WebAssembly build runs. */
  variant: 'simd' | 'simd-threads';
  threads: number;
  /** The vector instructions in use. */
  simd: string;
  version: string;
}

export interface EngineOptions {
  /** How many threads train; `'auto'` (default): as many as there are cores, at most 4. One where threads are not to be had. */
  threads?: 'auto' | number;
}

export interface SessionOptions {
  /** An id of the zoo or a spec. */
  model: string | ModelSpec;
  /** Of initial weights and shuffling: a whole number from 0; default 1. The same seed gives the same bits everywhere. */
  seed?: number;
  /** 1 to 4,096; default 16. */
  batchSize?: number;
  /** Default Adam at 0.001. */
  optimizer?: OptimizerOptions;
  /** Default constant. */
  schedule?: ScheduleOptions;
  /** Default MNIST's: mean 0.1307, std 0.3081. */
  normalize?: Normalization;
  loss?: 'crossEntropy';
}

/** Labelled grey images: `images` holds N*height*width bytes, `labels` N bytes from 0 to classes - 1. */
export interface LabelledImages {
  images: Uint8Array;
  labels: Uint8Array;
  height: number;
  width: number;
}

export type Split = 'train' | 'test';

export interface TrainResult {
  /** Mini-batches since the start. */
  step: number;
  /** Whole passes over the training set since the start. */
  epoch: number;
  /** Mean over the samples of these steps, each before its update. NaN: the run has diverged. */
  loss: number;
  /** Likewise. */
  accuracy: number;
  imagesPerSecond: number;
  /** Of the last step. */
  learningRate: number;
}

export interface Evaluation {
  loss: number;
  accuracy: number;
  /** `confusion[true][predicted]`: how many samples. */
  confusion: number[][];
}

/** Part of an evaluation; sums can be added up. */
export interface PartialEvaluation {
  count: number;
  lossSum: number;
  correct: number;
  confusion: number[][];
}

/** A layer's output for one sample. */
export interface Activations {
  shape: Shape;
  /** [C][H][W] */
  data: Float32Array;
}

export interface NamedActivations extends Activations {
  /** `'input'`, a layer's name, or `'softmax'`. */
  name: string;
  type: string;
}

/** A parameter or gradient, named and shaped as in PyTorch's state_dict. */
export interface NamedTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}
