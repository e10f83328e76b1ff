// SPDX-License-Identifier: MIT
//
// Every message between the page and its worker: one discriminated union, each message with an id. A request is answered by exactly
// one reply with the same id; events count their own ids upwards. Arrays in messages are copies: whoever receives them owns them.

import type { Divergence, ModelSummary, RenderedStrokes, Strokes, ThreadUse, ZooEntry } from 'tinycnn';
import type { Dataset, LoadProgress, Orientation } from './dataset';
import type { DroppedFile } from './source-file';
import type { ImportedNetwork } from './imported';
import type { NetworkCopy } from './protocol-files';
import type { InsightCalls } from './protocol-insight';
import type { OptimizerName } from './optimizers';
import type { Moment } from './moments';
import type { LossAt } from './patience';
import type { RateChange } from './run-log';
import type { RecipeChanges } from './recipe-changes';
import type { StopRule } from './stop';
import type { Tempo } from './tempo';

export type RecipeChoice = 'recommended' | 'best' | 'published';

/** `auto`: as many as are measured to be fastest, and leave the page itself its share of the machine. */
export type Threads = 'auto' | number;

export interface EngineFacts {
  variant: string;
  threads: number;
  simd: string;
  version: string;
  zoo: ZooEntry[];
}

/** A data set without its images. */
export interface DatasetFacts extends Omit<Dataset, 'train' | 'test'> {
  trainCount: number;
  testCount: number;
}

export type DataSource =
  /** `orGenerated`: where no source has it, digits made here take its place. */
  | { kind: 'published'; id: string; orGenerated: boolean }
  | { kind: 'generated' }
  | { kind: 'files'; files: readonly DroppedFile[]; orientation: Orientation };

export interface RunSettings {
  model: string;
  recipe: RecipeChoice;
  seed: number;
  /** Share of the training images, of each class alike, that is held out for validation; 0: none. */
  validation: number;
  /** Of the recipe. */
  changes: RecipeChanges;
}

export interface RunFacts extends RunSettings {
  summary: ModelSummary;
  step: number;
  /** Mini-batches in an epoch; zero while there are no data. */
  stepsPerEpoch: number;
  batchSize: number;
  /** Epochs after which the learning rate schedule ends: at first as many as the recipe asks for. */
  epochs: number;
  /** Images it learns from, and those held out of them; zero while there are no data. */
  trainCount: number;
  validationCount: number;
}

/** A run that has begun, and what its network makes of the current input. */
export interface BegunRun {
  facts: RunFacts;
  frame: Frame | null;
}

/** Means over the `steps` mini-batches that end at `step`. */
export interface Measurement {
  step: number;
  steps: number;
  loss: number;
  accuracy: number;
}

/** Of one ReLU layer: channels, or units, whose output is zero for every image of a sample. */
export interface DeadUnits {
  layer: string;
  dead: number;
  /** Channels, or units. */
  total: number;
  isOfChannels: boolean;
}

export interface Evaluation {
  step: number;
  epoch: number;
  loss: number;
  accuracy: number;
  count: number;
  /** [true class][predicted class] */
  confusion: number[][];
  /** On a fixed sample of the training images as they are, evaluated like the test images: not augmented, with dropout off. */
  training: { loss: number; accuracy: number };
  /** Of each ReLU layer, what is zero for all of a few training images. */
  dead: readonly DeadUnits[];
  /** On the images held out of the training set, where there are any. */
  validation: { loss: number; accuracy: number } | null;
}

/** A quick look between two tests, on a sample of the test images. */
export interface Probe {
  step: number;
  loss: number;
  accuracy: number;
  /** Images in the sample. */
  count: number;
}

export interface LayerPicture {
  name: string;
  type: string;
  /** [C, H, W] */
  shape: [number, number, number];
  data: Float32Array;
}

/** What one layer's weights between two neighbouring picture columns amount to: the sum over each kernel, [to][from] flattened. */
export interface LinkStrengths {
  layer: string;
  to: number;
  from: number;
  values: Float32Array;
}

/** One of a layer's tensors, named and shaped as in PyTorch's state_dict but without the layer's name: "weight", "running_mean". */
export interface LayerTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

/** What a frame holds of the one layer that is looked at closely: the very weights that gave this frame's pictures. */
export interface WatchedLayer {
  layer: string;
  tensors: LayerTensor[];
  backwards: Backwards | null;
}

export interface Watch {
  /** Null: nothing is watched. */
  layer: string | null;
  backwards: boolean;
  /** Of the current input, where it is known. */
  label: number | null;
}

/** What the current input would teach the network: the gradients of its loss. */
export interface Backwards {
  /** The class that it should have been read as; of a drawing the one that it was read as. */
  label: number;
  loss: number;
  /** By the watched layer's output, [C][H][W] like it. */
  gradient: Float32Array;
  /** Of the last step; before the first the optimizer's own. */
  learningRate: number;
  optimizer: OptimizerName;
}

/** Everything the network does with the current input, at one step. */
export interface Frame {
  step: number;
  layers: LayerPicture[];
  probabilities: Float32Array;
  /** The share (0..1) of training images that are less unusual to the network than a drawing; null while that is not known. */
  unusual: number | null;
  /** The probabilities that the kept run's network gives; null where there is none, or it has other classes. */
  ghost: Float32Array | null;
  watched: WatchedLayer | null;
}

export interface TestDigit {
  index: number;
  label: number;
  /** 28x28, 0 background .. 255 ink */
  pixels: Uint8Array;
  frame: Frame;
}

export interface DrawnDigit {
  pixels: Uint8Array;
  empty: boolean;
  /** How the strokes became the pixels. */
  steps: RenderedStrokes['steps'];
  frame: Frame | null;
}

/** A digit that somebody drew and said what it is. */
export interface LabelledStrokes {
  label: number;
  strokes: Strokes;
}

/** How many of the visitor's digits were read before and after learning them, and what share of the test images. */
export interface FineTuned {
  count: number;
  read: { before: number; after: number };
  accuracy: { before: number; after: number };
}

export interface Snapshot {
  step: number;
  bytes: Uint8Array;
  /** Epochs after which its learning rate schedule ends. */
  epochs: number;
}

/** A step that was trained again. */
export interface Replayed {
  snapshot: Snapshot;
  moment: Moment;
  /** Of the weights at the step that was to prove it. */
  proof: string;
}

/** What a worker leaves to the one that takes its place. */
export interface RunTransfer extends Snapshot {
  dataset: Dataset | null;
  /** The class that the last evaluation took each test image for. */
  predicted: Uint8Array | null;
  /** Learning rates that are set for later steps. */
  rates: readonly RateChange[];
}

/** Test images that were read wrongly, or those of one cell of the confusion matrix. */
export type ExampleFilter = 'mistakes' | { label: number; predicted: number };

/** A test image, what the last evaluation took it for, and how sure of that the network is now (0..1). */
export interface Example {
  index: number;
  label: number;
  predicted: number;
  confidence: number;
  /** 28x28, 0 background .. 255 ink */
  pixels: Uint8Array;
}

export interface Examples {
  /** How many there are; `examples` are the surest of them. */
  total: number;
  examples: Example[];
}

/** Which images: those it learns from, those held out of them, those it is tested on. */
export type Part = 'train' | 'validation' | 'test';

/** Of each class: how many images in each part, and the mean of those it learns from, 28x28 bytes each. */
export interface DataOverview {
  counts: Record<Part, number[]>;
  means: Uint8Array;
}

/** What can be looked through: a part, or those of the test images that the last evaluation misclassified. */
export type Subset = Part | 'misclassified';

/** Some images of one class; `indices` in their part, `pixels` 28x28 bytes each. */
export interface Samples {
  indices: number[];
  pixels: Uint8Array;
  /** The class that each was read as by the last evaluation; null for images that it was not tested on. */
  read: number[] | null;
  /** How many there are of this class on this subset. */
  total: number;
}

export type StopReason = 'paused' | 'finished' | 'diverged' | 'failed';

/** Requests: what is asked and what is answered. */
export interface Calls extends InsightCalls {
  open: { ask: { dataFolder: string; threads: Threads }; answer: EngineFacts };
  /** Loads data and begins a run on them by the settings that were asked for last, or leaves data and run as they were. Null when data
   * that were asked for later are there already. */
  load: { ask: { source: DataSource }; answer: { data: DatasetFacts; run: BegunRun } | null };
  configure: { ask: { settings: RunSettings }; answer: BegunRun };
  /** `predicted`: the class of each test image by the last test before the snapshot, where that is known. Of `rates` the last one up to the
   * snapshot's step holds at once, and each later one from its step on. */
  restore: {
    ask: { snapshot: Snapshot; predicted: Uint8Array | null; rates: readonly RateChange[] };
    answer: { step: number };
  };
  /** Pauses, once a test that runs is over, and gives all away that a worker needs to go on from there. */
  releaseRun: { ask: object; answer: RunTransfer };
  adoptRun: { ask: { settings: RunSettings; transferred: RunTransfer }; answer: RunFacts };
  /** From now on everything that is shown is of the network at this moment. Null where something else was to be looked at meanwhile. */
  lookBack: { ask: { moment: Moment }; answer: { frame: Frame | null; links: LinkStrengths[] } | null };
  /** As it is at present, again. */
  lookAtPresent: { ask: object; answer: object };
  /** Trains from a snapshot, or the first weights of the run's seed, to a step again, by the rates that were set on the way, and on to a
   * later step whose weights are known. The run is as it was before. Null where something else was asked for meanwhile, or it diverged. */
  replay: {
    ask: { from: Snapshot | null; step: number; proofAt: number; rates: readonly RateChange[] };
    answer: Replayed | null;
  };
  /** `seconds`: how long it has trained already since Train was pressed; `losses`: on the validation images, of the tests so far. */
  train: { ask: { rule: StopRule; seconds: number; tempo: Tempo; losses: readonly LossAt[] }; answer: object };
  /** How fast training is shown from now on, if it trains. */
  tempo: { ask: { tempo: Tempo }; answer: object };
  /** Another rule for when to stop, also in mid-run. */
  stopAt: { ask: { rule: StopRule; losses: readonly LossAt[] }; answer: object };
  pause: { ask: object; answer: { step: number } };
  step: { ask: object; answer: { step: number } };
  rewind: { ask: { seed: number }; answer: { step: number } };
  /** Changes the learning rate of the run as it is, from the step on that is answered. */
  adjust: { ask: { learningRate: number }; answer: { step: number } };
  /** Of the weights with which it predicts: FNV-1a, 64 bits, as sixteen hexadecimal digits. */
  hash: { ask: object; answer: { step: number; hash: string } };
  /** Of the images and labels that it trains and is tested on. */
  dataHash: { ask: object; answer: { hash: string } };
  /** Makes a test digit the current input: a random one, the one after the last, the next that the last test misclassified, or the one with this index. */
  sample: { ask: { pick: 'random' | 'next' | 'mistake' | number }; answer: TestDigit };
  /** What the last evaluation took test images for; null when another run has begun meanwhile. */
  examples: { ask: { filter: ExampleFilter; count: number }; answer: Examples | null };
  /** What there is to learn from. */
  overview: { ask: object; answer: DataOverview };
  samples: { ask: { subset: Subset; label: number; first: number; count: number }; answer: Samples };
  /** One training image as it is augmented in the first `epochs` epochs, 28x28 bytes each. */
  augmented: {
    ask: { index: number; epochs: number };
    answer: { original: Uint8Array; pixels: Uint8Array; label: number };
  };
  /** Makes the drawing the current input. */
  draw: { ask: { strokes: Strokes }; answer: DrawnDigit };
  /** Trains the network on the visitor's own digits, mixed with images that it was trained on before. */
  fineTune: { ask: { digits: LabelledStrokes[] }; answer: FineTuned };
  /** Keeps the network as it is, or one that was kept by an earlier worker, to answer beside those that are trained from now on; the answer
   * is that network as a checkpoint. dropGhost lets go of it. */
  keepGhost: { ask: { saved: Uint8Array | null }; answer: { saved: Uint8Array } };
  dropGhost: { ask: object; answer: object };
  /** From now on these are the networks from files, and no others. */
  imported: { ask: { networks: readonly ImportedNetwork[] }; answer: object };
  /** The network as it is now, to be written to files or asked elsewhere; `images`: how many training images go with it, null for as many as
   * integers need. */
  copyNetwork: { ask: { images: number | null }; answer: NetworkCopy };
  /** There is no current input any more. */
  clear: { ask: object; answer: object };
  /** From now on frames hold what is watched; answers with such a frame, or null while there is none. */
  watch: { ask: { watch: Watch }; answer: { frame: Frame | null } };
  /** The last frame is on the screen, which took the page so long; the next may come. */
  drawn: { ask: object; answer: object };
  ping: { ask: object; answer: object };
}

export type CallName = keyof Calls;

export type Request = { [K in CallName]: { kind: 'request'; id: number; type: K } & Calls[K]['ask'] }[CallName];

export type Reply =
  | { kind: 'reply'; id: number; ok: true; answer: Calls[CallName]['answer'] }
  | { kind: 'reply'; id: number; ok: false; error: string };

export type EventBody =
  /** The worker holds the lock that is named after it, until it ends. */
  | { type: 'locked' }
  | { type: 'progress'; progress: LoadProgress }
  | { type: 'measured'; measurements: Measurement[]; imagesPerSecond: number; threads: ThreadUse }
  | { type: 'evaluating'; done: number; count: number }
  | { type: 'probed'; probe: Probe }
  /** The show is over: training is as fast as it can be. */
  | { type: 'atFullSpeed' }
  /** `predicted`: the class of each test image. */
  | { type: 'evaluated'; evaluation: Evaluation; predicted: Uint8Array }
  /** A learning rate that was set for this step. */
  | { type: 'adjusted'; learningRate: number }
  /** Its weights are others now, to which its settings do not lead; why. */
  | { type: 'replaced'; why: string }
  /** The schedule had come to its end and goes on until after this many epochs. */
  | { type: 'extended'; epochs: number }
  | { type: 'frame'; frame: Frame }
  | { type: 'links'; links: LinkStrengths[] }
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'moment'; moment: Moment }
  /** Another run is about to take its place; everything of this one has been told. */
  | { type: 'left' }
  | { type: 'stopped'; reason: Exclude<StopReason, 'diverged' | 'finished'>; step: number; error?: string }
  | { type: 'stopped'; reason: 'finished'; step: number; by: StopRule }
  | { type: 'stopped'; reason: 'diverged'; step: number; divergence: Divergence };

export type WorkerEvent = { kind: 'event'; id: number } & EventBody;

export type Message = Request | Reply | WorkerEvent;
