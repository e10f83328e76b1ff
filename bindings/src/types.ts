// SPDX-License-Identifier: MIT
// The public types of the package. Pixels are 0 (background) to 255 (ink), losses are in nats, accuracies are 0..1, shapes are
// [channels, height, width] of one sample, steps are mini-batches.
//
// Options are read once, own and inherited properties alike. null means the default. An unknown name, or a value of the wrong type or out
// of range, throws a TinyCNNError (errors.ts) with code 'invalid-option', in a spec 'invalid-spec', in data 'invalid-data'.
//
// Long because it documents every option of the package in one place.

/** Height and width as one number or as `[height, width]`. */
export type Size = number | [height: number, width: number];

export type Shape = [channels: number, height: number, width: number];

/**
 * One layer, with PyTorch's names, meanings and defaults. `from`: names of the layers that it reads; default: the previous layer.
 *
 * `frozen` (default false; for layers with weights): training does not change the layer's weights, as after PyTorch's
 * `requires_grad_(False)`; a frozen batch norm also normalises by its running statistics and does not update them, as after `eval()`.
 * Gradients still flow to the layers before it. At least one layer must not be frozen.
 */
export type LayerSpec = { name: string; from?: string[] } & (
  | {
      type: 'conv2d';
      /** 1 to 1,048,576. */
      outChannels: number;
      /** Sides of 1 to 4,096. */
      kernelSize: Size;
      /** Default 1. */
      stride?: Size;
      /** Zeros added on each side; default 0. */
      padding?: Size;
      /** Divides the input and output channels; default 1. With one group per input channel the convolution is depthwise. */
      groups?: number;
      /** Default true. */
      bias?: boolean;
      frozen?: boolean;
    }
  /** `stride`: default `kernelSize`; `padding`: default 0, up to half the kernel. */
  | { type: 'maxPool2d' | 'avgPool2d'; kernelSize: Size; stride?: Size; padding?: Size }
  /** `outFeatures`: 1 to 1,048,576; `bias`: default true. */
  | { type: 'linear'; outFeatures: number; bias?: boolean; frozen?: boolean }
  /** Normalises by the statistics of the mini-batch while training, otherwise by the running statistics. 1d: for vectors. A mini-batch
   * with one value per channel (PyTorch refuses it; the last one of an epoch may be such) gives the bias and does not update the
   * running statistics. `eps`: above 0,
   * below 1, default 1e-5; `momentum`: 0 to 1, default 0.1. */
  | { type: 'batchNorm2d' | 'batchNorm1d'; eps?: number; momentum?: number; frozen?: boolean }
  /** 2d: drops whole channels. `p`: from 0 to below 1, default 0.5. */
  | { type: 'dropout' | 'dropout2d'; p?: number }
  /** `negativeSlope`: a finite number, default 0.01. */
  | { type: 'leakyReLU'; negativeSlope?: number }
  /** Read two to eight layers: the sum, or the channels one after another. */
  | { type: 'add' | 'concat' }
  | { type: 'relu' | 'sigmoid' | 'tanh' | 'silu' | 'gelu' | 'softmax' | 'logSoftmax' | 'flatten' | 'globalAvgPool2d' }
);

/** A network as data: layers in order, each with a name of its own. The last one outputs a vector of 1 to 256 class scores (logits). At
 * most 2^26 parameters, and 2^26 values in the output of a layer. */
export interface ModelSpec {
  name: string;
  /** Sides of 1 to 4,096, channels of 1 to 1,048,576. */
  input: Shape;
  layers: LayerSpec[];
}

/** What can be computed from a spec alone. `macs`: multiply-adds of the forward pass of one sample. */
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
  /** Present if the layer is frozen. `parameters` includes frozen ones. */
  frozen?: true;
  /** The shape of its output. */
  shape: Shape;
  parameters: number;
  macs: number;
}

/** torch.optim's optimizers with its names and defaults. */
export type OptimizerOptions = {
  /** From 0; default 0.001, rmsprop 0.01. */
  learningRate?: number;
  /** From 0. L2 penalty added to the gradient, default 0; adamW: decay of the weights themselves, default 0.01. */
  weightDecay?: number;
  /** Gradients with a larger norm are scaled down to it (torch.nn.utils.clip_grad_norm_). 0, the default: no clipping. */
  clipNorm?: number;
} &
  /** `betas`: from 0 to below 1, default [0.9, 0.999]; `eps`: from 0, default 1e-8. */
  (
    | { type: 'adam' | 'adamW'; betas?: [number, number]; eps?: number }
    /** `momentum`: from 0, default 0; `nesterov`, default false, needs momentum. */
    | { type: 'sgd'; momentum?: number; nesterov?: boolean }
    /** `alpha`: from 0 to below 1, default 0.99; `eps`: from 0, default 1e-8; `momentum`: from 0, default 0. */
    | { type: 'rmsprop'; alpha?: number; eps?: number; momentum?: number }
  );

/** The learning rate over the mini-batches, with torch.optim.lr_scheduler's names. `warmupSteps`: LinearLR before it, from
 * `warmupStartFactor` (default 0.1) of its first rate. */
export type ScheduleOptions = { warmupSteps?: number; warmupStartFactor?: number } & (
  | { type: 'constant' }
  /** OneCycleLR; the optimizer's rate is max_lr. Defaults: pctStart 0.3, divFactor 25, finalDivFactor 10,000, 'cos'. Unless cycleMomentum
   * is false, momentum (Adam: beta1) goes from maxMomentum (0.95) to baseMomentum (0.85) and back, whatever the optimizer says of it. */
  | {
      type: 'oneCycle';
      totalSteps: number;
      pctStart?: number;
      divFactor?: number;
      finalDivFactor?: number;
      annealStrategy?: 'cos' | 'linear';
      cycleMomentum?: boolean;
      baseMomentum?: number;
      maxMomentum?: number;
    }
  /** ExponentialLR: `gamma` (above 0, up to 1, default 0.1) is the factor from one mini-batch to the next. */
  | { type: 'exponential'; gamma?: number }
  /** StepLR: the factor `gamma` after every `stepSize` mini-batches. */
  | { type: 'step'; stepSize: number; gamma?: number }
  /** CosineAnnealingLR over `totalSteps` (T_max) down to `etaMin` (default 0), where it stays. */
  | { type: 'cosine'; totalSteps: number; etaMin?: number }
);

/** torch.nn's CrossEntropyLoss (on logits), NLLLoss (on log probabilities) and MSELoss (against 1 for the label, 0 elsewhere).
 * `labelSmoothing`: from 0 to below 1, default 0. */
export type LossOptions = { type: 'crossEntropy'; labelSmoothing?: number } | { type: 'nll' } | { type: 'mse' };

/** The network sees (pixel / 255 - mean) / std, in all channels; `std` is above 0. */
export interface Normalization {
  mean: number;
  std: number;
}

/** A point of a stroke: x to the right, y downwards, in any unit; pressure 0..1, default 0.5. */
export type StrokePoint = readonly [x: number, y: number, pressure?: number];

/** A drawing: for each stroke the points that the pen passed between touching down and lifting; one point is a dot. */
export type Strokes = readonly (readonly StrokePoint[])[];

/** How strokes are inked, in pixels of the 20x20 image. Each 0.1..10. */
export interface Pen {
  /** Mean thickness; default 2.5, MNIST's. */
  thickness?: number;
  /** Width of the edge from ink to paper; default 1.1, MNIST's. */
  softness?: number;
}

/** A drawing in MNIST's format, with the intermediate results. */
export interface RenderedStrokes {
  /** [28][28]: `steps.boxed` moved to (`left`, `top`). */
  pixels: Uint8Array;
  /** True if no stroke has a point; all pixels are 0 then. */
  empty: boolean;
  steps: {
    /** Bounding box of the pen's path, in the drawing's unit. */
    box: { left: number; top: number; right: number; bottom: number };
    /** Pixels per unit: the longer side of the bounding box, widened by half the pen's thickness at both ends, becomes 20 pixels. 0 for a
     * single dot. */
    scale: number;
    /** The strokes in pixels from the corner of the 20x20 image. */
    fitted: [x: number, y: number, pressure: number][][];
    /** [20][20]: their ink, as thick as MNIST's, anti-aliased. */
    boxed: Uint8Array;
    /** Centre of mass of the ink, in pixels from the corner of `boxed`. */
    center: { x: number; y: number };
    /** Where `boxed` lies in `pixels`: the pixel that holds the centre of mass comes to pixel 14, as in MNIST. */
    left: number;
    top: number;
  };
}

/** A synthetic digit, as strokes. `renderStrokes(strokes, pen).pixels` is its image in `generateDigits`. */
export interface GeneratedDigit {
  label: number;
  /** Which of the 48 ways of writing a digit, from 0. */
  style: number;
  /** About one unit high. */
  strokes: [x: number, y: number, pressure: number][][];
  pen: Required<Pen>;
}

/** Random transformations of the training images, different in every epoch; an omitted one is off. All channels are transformed alike.
 * Images of at most 1,024 pixels per side. */
export interface AugmentOptions {
  /** Fraction (0..1) of the training images that are replaced by synthetic digits and their labels. They differ in every epoch and are
   * not transformed further. The model must read [1,28,28] images in at least 10 classes. */
  generated?: number;
  /** Rotation by up to this many degrees in either direction, 0 to 180. */
  degrees?: number;
  /** Shift by up to these fractions (0..1) of width and height in either direction. */
  translate?: [x: number, y: number];
  /** Scale factor, 0.1 to 10. */
  scale?: [min: number, max: number];
  /** Shear along x by up to this many degrees in either direction, from 0 to below 90. */
  shear?: number;
  /** Smooth random displacement of up to `alpha` pixels (0 to 100), from a grid of `grid` x `grid` cells (1 to 8, default 4). */
  elastic?: { alpha: number; grid?: number };
  /** Pixels by which strokes grow (above 0) or shrink (below), -2 to 2. */
  thickness?: [min: number, max: number];
}

/** How to train a model. May be spread into the options of a session, which ignores title and epochs. */
export interface Recipe {
  title: string;
  epochs: number;
  batchSize: number;
  optimizer: OptimizerOptions;
  schedule: ScheduleOptions;
  loss: LossOptions;
  emaDecay: number;
  augment?: AugmentOptions;
  normalize: Normalization;
}

/** A named architecture. */
export interface ZooEntry {
  id: string;
  title: string;
  spec: ModelSpec;
  parameters: number;
  macs: number;
  /** The published recipe. */
  recipe: Recipe;
  /** The recipe that this project recommends. */
  bestRecipe: Recipe;
  /** The published accuracy, in words. */
  published: string;
  source: string;
}

export interface EngineInfo {
  /** Which WebAssembly build runs. */
  variant: 'simd' | 'simd-threads' | 'relaxed-threads';
  /** How many there are. `engine.activeThreads` says how many of them work. */
  threads: number;
  /** The vector instructions in use. */
  simd: string;
  version: string;
}

export interface ThreadUse {
  /** With `threads: 'auto'` the fastest number by the last measurement; all before the first one. Otherwise the engine's active threads. */
  threads: number;
  /** Whether it tries out several numbers now, or is about to. Training goes on meanwhile. */
  isMeasuring: boolean;
}

export interface EngineMemory {
  reserved: number;
  used: number;
}

export interface EngineOptions {
  /** Number of threads, 1 to 64; `'auto'` (default): the number of cores that the system reports, at most 4, of which each session uses as
   * many as it measures to be fastest (`session.threads`). Always 1 where threads are not available, as in a page that is not
   * cross-origin isolated. Results do not depend on the number. */
  threads?: 'auto' | number;
  /** Use WebAssembly's relaxed SIMD, in which a multiply-add may be rounded once instead of twice. Training is faster
   * (`npm run bench:peers` says by how much), but one seed no longer gives the same bits on every machine. Without relaxed SIMD or shared
   * memory the exact build runs; `info.variant` says which one. Default: false. */
  relaxed?: boolean;
  /** The folder that holds `tinycnn-*.wasm`, where that is not the folder of the package's own JavaScript: a URL, in a page relative to
   * the page. */
  wasmUrl?: string | URL;
}

export interface SessionOptions extends Partial<Pick<Recipe, 'title' | 'epochs'>> {
  /** An id of the zoo or a spec. */
  model: string | ModelSpec;
  /** Names of the classes in the order of the labels, all different. The model's last layer gets this many outputs (see `withClasses`).
   * Default: the model's own number of classes, named '0', '1' and so on. */
  classNames?: readonly string[];
  /** Seed of initial weights, shuffling, dropout and augmentation: an integer from 0 to 2^53 - 1; default 1. The same seed gives the same
   * bits everywhere. */
  seed?: number;
  /** 1 to 4,096; default 16. */
  batchSize?: number;
  /** Default Adam at 0.001. */
  optimizer?: OptimizerOptions;
  /** Default constant. */
  schedule?: ScheduleOptions;
  /** Default MNIST's: mean 0.1307, std 0.3081. */
  normalize?: Normalization;
  /** Default 'crossEntropy'. */
  loss?: LossOptions['type'] | LossOptions;
  augment?: AugmentOptions;
  /** Decay (from 0 to below 1) of an exponential moving average of the weights, with which the session then evaluates and predicts. It is
   * warmed up: at step t (from 0) it is min(emaDecay, t / (t + 9)). 0, the default: no average. */
  emaDecay?: number;
  /** Weights to start from, as `session.parameters()` and `importModel` return them. Default: the initial ones of the seed. */
  parameters?: NamedTensor[];
}

/**
 * What `exportModel` writes. Every network can be written in every format; docs/formats.md says what is in the files.
 *
 * `name`: of the network in the file; default: that of its spec. `precision`: 'int8' quantizes the network first, as `session.quantize`
 * does. `input`: what the exported network reads: pixels from 0 to 255 ('bytes', the default) or from 0 to 1 ('unit'), normalised inside; or
 * pixels that are normalised already.
 */
export type ExportOptions = Float32ExportOptions | (QuantizedExportOptions & { precision: 'int8' } & QuantizeOptions);

export type Float32ExportOptions = { name?: string; precision?: 'float32' } &
  /** The weights under PyTorch's state_dict names, and a Python module whose `load(file)` reads them into a network. */
  (
    | { format: 'safetensors' | 'pytorch' }
    /** Opset 17, IR 8; input [N, channels, height, width], output [N, classes], N free. `foldBatchNorm`: whether a batch norm that directly
     * follows a convolution or a linear layer becomes part of it; default false. */
    | { format: 'onnx'; input?: ExportInput; foldBatchNorm?: boolean }
    /** One C99 header: `int <name>_predict(const uint8_t pixels[], float scores[])`. `testAccuracy` (0..1) is printed in its head. */
    | { format: 'c'; testAccuracy?: number }
    /** TensorFlow Lite, of operators that TensorFlow Lite Micro has; input [N, height, width, channels], output [N, classes]. */
    | { format: 'tflite'; input?: ExportInput }
    /** `{ format: 'tinycnn', version: 1, spec, classNames, normalize, recipe, step, parameters }`, with this package's own names. */
    | { format: 'json' }
  );

/** What `QuantizedModel.exportModel` writes: files that give the very integers of `scores`. */
export type QuantizedExportOptions = { name?: string; precision?: 'int8' } &
  /** Input int8 [N, height, width, channels], pixels p as `input` of the model says (p - 128 with the default normalisation); output int8
   * [N, classes]. */
  (
    | { format: 'tflite' }
    /** `int <name>_predict(const uint8_t pixels[], int8_t scores[])`. */
    | { format: 'c'; testAccuracy?: number }
  );

export type ExportInput = 'bytes' | 'unit' | 'normalized';

export type ExportFormat = ExportOptions['format'];

export interface ImportOptions {
  /** The network that the weights belong to: a spec or an id of the zoo. Files of weights from other programs need it. */
  spec?: string | ModelSpec;
  /** What the file's network reads, unless the file says so: pixels from 0 to 255 ('bytes', the default) or from 0 to 1 ('unit'). */
  input?: 'bytes' | 'unit';
}

/** What a file holds, for `createSession({ model: spec, parameters, normalize, classNames })`: for pixels from 0 to 255 the session gives
 * what the file's network gives for its own input. */
export interface ImportedModel {
  spec: ModelSpec;
  /** In the order of PyTorch's state_dict. */
  parameters: NamedTensor[];
  /** Present if the file names its classes. */
  classNames?: string[];
  normalize: Normalization;
  format: ImportFormat;
  /** Sentences on what was left out or expressed otherwise. */
  notes: string[];
}

export type ImportFormat = 'onnx' | 'safetensors' | 'pytorch' | 'json' | 'checkpoint';

/** Labelled images: `images` holds bytes in the order [N][channels][height][width], `labels` N bytes from 0 to classes - 1. */
export interface LabelledImages {
  images: Uint8Array;
  labels: Uint8Array;
  height: number;
  width: number;
  /** Default 1 (greyscale). Colour images are planar: all red values, then all green, then all blue. */
  channels?: number;
  /** N, checked if given: the results of `readIdxImages` and `readIdxLabels` can be spread into one object. */
  count?: number;
}

/** `'validation'`: held out of the training set (see `holdOut`), to choose by without using the test set. */
export type Split = 'train' | 'test' | 'validation';

export interface TrainResult {
  /** Mini-batches since the start. */
  step: number;
  /** Complete passes over the training set since the start. */
  epoch: number;
  /** Mean loss in nats over the samples of these steps, each computed before the step's update. */
  loss: number;
  /** Fraction 0..1 of these samples that were classified correctly. */
  accuracy: number;
  imagesPerSecond: number;
  /** Of the last step. */
  learningRate: number;
  /** Set when the run has diverged; training stopped there. */
  divergence?: Divergence;
}

/** Why training stopped: the loss is NaN, infinite, or 100 times the loss of guessing. */
export interface Divergence {
  /** The mini-batch at which it was detected; its update was not applied. */
  step: number;
  loss: number;
  cause: string;
  cure: string;
}

/** The learning-rate range test of L. Smith, arXiv:1506.01186. */
export interface RangeTestOptions {
  /** The first rate, above 0; default 1e-6. */
  min?: number;
  /** The last rate, above the first; default 10. */
  max?: number;
  /** 10 to 10,000, default 100. */
  steps?: number;
}

export interface RangeTest {
  points: { learningRate: number; loss: number; smoothed: number }[];
  /** A tenth of the rate with the lowest smoothed loss. */
  suggested: number;
}

export interface FitOptions {
  /** Number of epochs, from 1; the first one completes an epoch that has already begun. */
  epochs: number;
  /** Stop after the first epoch whose accuracy (0..1) is at least this: on the validation set where there is one, else on the test set.
   * Needs one of them. */
  targetAccuracy?: number;
  /** Stop after this many epochs (from 1) in a row without a lower loss on the validation set, and restore the weights of the best
   * epoch. Needs a validation set. */
  patience?: number;
  /** Called after each epoch and awaited; return (or resolve with) false to stop. If it throws, `fit` rejects with that error. */
  onEpoch?: (epoch: FitEpoch) => unknown;
  /** Ends `fit` within some milliseconds, with a TinyCNNError of code 'aborted' whose `cause` is the signal's reason. */
  signal?: AbortSignal;
}

/** One pass over the training set, and the evaluations after it. */
export interface FitEpoch extends TrainResult {
  /** Present if there is a test set. */
  test?: Evaluation;
  /** Present if there is a validation set. */
  validation?: Evaluation;
}

export interface Evaluation {
  loss: number;
  accuracy: number;
  /** `confusion[label][predicted]`: number of samples; in the order of the session's `classNames`. */
  confusion: number[][];
}

/** How long one prediction takes, in microseconds. */
export interface PredictionTime {
  /** In the engine alone. */
  engine: number;
  /** Through `predict`, with checking and copying. */
  package: number;
}

/** The evaluation of a range of samples. `lossSum`: sum of the losses in nats. Counts and sums of several ranges can be added. */
export interface PartialEvaluation {
  count: number;
  lossSum: number;
  correct: number;
  confusion: number[][];
  /** The predicted class of each sample, in the order of the data. */
  predicted: Uint8Array;
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

/** `calibration`: number of training images, evenly spread over the training set, on which the ranges of the activations are measured: 1 to
 * 10,000, default 200. */
export interface QuantizeOptions {
  calibration?: number;
}

/** A real value is `scale * (integer - zeroPoint)`. */
export interface Quantization {
  scale: number;
  zeroPoint: number;
}

/** A step of a quantized network. */
export interface QuantizedLayer {
  /** Of the layer whose output it gives. */
  name: string;
  operation:
    'conv2d' | 'linear' | 'maxPool2d' | 'avgPool2d' | 'add' | 'concat' | 'flatten' | 'activation' | 'requantize';
  /** The type of the layer that it computes: a batch norm that stands alone and a global average are (depthwise) convolutions. */
  layer: LayerSpec['type'];
  /** Names of the steps that it reads; `'input'` is the network's input. */
  from: string[];
  shape: Shape;
  /** Whether it ends with a ReLU. */
  relu: boolean;
  /** Of weights, biases, scales and tables. */
  bytes: number;
  macs: number;
  /** Of its output. */
  quantization: Quantization;
  /** The range of the floating-point output on the calibration images. */
  min: number;
  max: number;
}
