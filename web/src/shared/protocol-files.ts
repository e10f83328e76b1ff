// SPDX-License-Identifier: MIT
//
// What the export and import dialogs and their worker say to each other. That worker has an engine of its own: it may be ended at any
// moment, and training never waits for it.

import type {
  ChannelPruning,
  ImportFormat,
  LossOptions,
  ModelSpec,
  ModelSummary,
  NamedActivations,
  NamedTensor,
  Normalization,
  WeightPruning,
} from 'tinycnn';
import type { LabelledSet } from './dataset';

/** A network at one step, as the worker that trains it gives it away. */
export interface NetworkCopy {
  /** A checkpoint. */
  bytes: Uint8Array;
  step: number;
  loss: LossOptions;
  normalize: Normalization;
  /** Training images, evenly spread, on which ranges are measured before numbers become integers; null without data. */
  calibration: LabelledSet | null;
  test: LabelledSet | null;
}

/** What can be written by the formats' module, `-int8` in 8-bit integers; and the checkpoint itself. */
export type FileKind =
  'onnx' | 'safetensors' | 'pytorch' | 'tflite' | 'c' | 'json' | 'onnx-int8' | 'tflite-int8' | 'c-int8' | 'checkpoint';

/** What the network in an ONNX or TensorFlow Lite file reads: pixels from 0 to 255, from 0 to 1, or normalised ones. */
export type FileInput = 'bytes' | 'unit' | 'normalized';

/** What a network answers for one image, and how: class probabilities. */
export type Answer = Float32Array;

export interface NetworkFacts {
  name: string;
  classes: readonly string[];
  parameters: number;
  macs: number;
  answer: Answer;
}

export interface MadeFile {
  blob: Blob;
  /** Of the network in the file; null where this page has nothing that runs it. */
  answer: Answer | null;
}

/** All that its pictures are made of: the weights that it predicts with, and what its layers make of the image. */
export interface Insides {
  input: ModelSpec['input'];
  layers: ModelSummary['layers'];
  tensors: NamedTensor[];
  activations: NamedActivations[];
}

/** A test image that the network takes for another class after a change than before: in integers, or pruned. */
export interface ChangedDigit {
  index: number;
  label: number;
  /** 28x28 bytes. */
  pixels: Uint8Array;
  before: number;
  after: number;
}

/** The network beside the same one changed, on the first `count` of `total` test images. */
export interface Comparison {
  count: number;
  total: number;
  correct: { before: number; after: number };
  /** How many were taken for another class; some of them are in `changed`. */
  changes: number;
  changed: ChangedDigit[];
}

export interface QuantizedFacts {
  bytes: { float: number; int8: number };
  macs: { float: number; int8: number };
  answer: Answer;
}

/** Single weights become zeros, as large a share of them as `sparsity` says; or whole channels go, and such a share of the multiply-adds. */
export interface Pruning {
  type: (WeightPruning | ChannelPruning)['type'];
  sparsity: number;
}

/** Of a network, without what is zero. */
export interface Size {
  weights: number;
  macs: number;
  /** Of its weights as safetensors, packed by gzip. */
  bytes: number;
}

/** A network to go on with, as it was made from another one. */
export type NewNetwork = Pick<ImportedFile, 'spec' | 'summary' | 'weights' | 'normalize' | 'loss' | 'row'>;

export interface Pruned {
  pruning: Pruning;
  network: NewNetwork;
  before: Size;
  after: Size;
  comparison: Comparison;
  answer: Answer;
  insides: Insides;
}

/** Mini-batches that a pruned network has been trained for. */
export interface PruneProgress {
  step: number;
  steps: number;
}

/** Whose network the weights in a file are: that of the page, or one of the zoo by its id. */
export type WeightsOf = { of: 'page' } | { of: 'zoo'; id: string };

export interface ImportAsk {
  name: string;
  bytes: Uint8Array;
  /** For files that hold weights alone. */
  weightsOf: WeightsOf;
  /** What the file's network reads; null: what fits the test images best, unless the file says so. */
  input: FileInput | null;
}

/** How many of some test images. */
export interface Correct {
  correct: number;
  count: number;
}

/** How well the network in a file classifies them when its input is taken to be this. */
export interface InputTrial extends Correct {
  input: FileInput;
  /** Mean cross entropy of its answers. */
  loss: number;
}

export interface ImportedFile {
  format: ImportFormat;
  spec: ModelSpec;
  summary: ModelSummary;
  weights: NamedTensor[];
  classNames: string[] | null;
  normalize: Normalization;
  loss: LossOptions;
  /** The id of the network in the zoo that has the same layers. */
  row: string | null;
  notes: string[];
  /** Whether it holds weights alone, so that somebody has to say whose they are. */
  isWeights: boolean;
  /** Null where the file says it itself. */
  input: FileInput | null;
  /** What each input gave; empty where they were not compared. */
  trials: InputTrial[];
  /** How many of some test images it classifies correctly; null where it has other classes than they, or there are none. */
  accuracy: Correct | null;
  answer: Answer;
}

/** A network that was kept as a checkpoint, and what it makes of an image. */
export interface SeenNetwork {
  spec: ModelSpec;
  summary: ModelSummary;
  classes: readonly string[];
  answer: Answer;
  insides: Insides;
}

export interface FileCalls {
  /** Of a checkpoint; needs no other call before it. */
  see: { ask: { checkpoint: Uint8Array; pixels: Uint8Array }; answer: SeenNetwork };
  /** The network that everything else is about, and the image that it is asked about. */
  take: { ask: { copy: NetworkCopy; pixels: Uint8Array }; answer: NetworkFacts };
  /** `testAccuracy`: printed in C headers where it is known. */
  make: { ask: { kind: FileKind; input: FileInput; testAccuracy: number | null }; answer: MadeFile };
  insides: { ask: object; answer: Insides };
  quantize: { ask: object; answer: QuantizedFacts };
  /** Asks both networks about test images, for no longer than so many seconds; says how far it is. */
  compare: { ask: { seconds: number }; answer: Comparison };
  /** Makes the network smaller and trains it on with these images; the one that was taken stays as it is. Says how far it is. */
  prune: { ask: { pruning: Pruning; train: LabelledSet }; answer: Pruned };
  read: { ask: ImportAsk; answer: ImportedFile };
}
