// SPDX-License-Identifier: MIT
// The public types of the package. Pixels are 0 (background) to 255 (ink), losses are in nats, accuracies are 0..1, shapes are
// [channels, height, width] of one sample, steps are mini-batches.
//
// Options are read once, own and inherited properties alike. null means the default. An unknown name, or a value of the wrong type or out
// of range, throws a TinyCNNError (errors.ts) with code 'invalid-option', in a spec 'invalid-spec', in data 'invalid-data'.
//
// Long because it documents every option of the package in one place. Lines `// # Title` say on which page of the reference what follows stands.

// # Networks

/** Height and width as one number or as `[height, width]`. */
export type Size = number | [height: number, width: number];

/** The shape of one sample: an image, or the output of a layer. Vectors are [C, 1, 1]. */
export type Shape = [channels: number, height: number, width: number];

/**
 * One layer, with PyTorch's names, meanings and defaults. `from`: names of the layers that it reads; default: the previous layer.
 *
 * `frozen` (default false; for layers with weights): training does not change the layer's weights, as after PyTorch's
 * `requires_grad_(False)`; a frozen batch norm also normalises by its running statistics and does not update them, as after `eval()`.
 * Gradients still flow to the layers before it. At least one layer must not be frozen.
 *
 * `inputScale` (default 0, which does nothing): predicts and trains with weights and biases as they are in 8-bit integers
 * (docs/quantization.md), where the layer's input has this scale. `parameters()` are those before rounding, and training changes them by
 * the gradient of the rounded ones. `session.quantizationAware` makes such layers.
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
      /** From one value under the kernel to the next; default 1. */
      dilation?: Size;
      /** Divides the input and output channels; default 1. With one group per input channel the convolution is depthwise. */
      groups?: number;
      /** Default true. */
      bias?: boolean;
      frozen?: boolean;
      inputScale?: number;
    }
  /** `stride`: default `kernelSize`; `padding`: default 0, up to half the kernel. */
  | { type: 'maxPool2d' | 'avgPool2d'; kernelSize: Size; stride?: Size; padding?: Size }
  /** `outFeatures`: 1 to 1,048,576; `bias`: default true. */
  | { type: 'linear'; outFeatures: number; bias?: boolean; frozen?: boolean; inputScale?: number }
  /** Normalises by the statistics of the mini-batch while training, otherwise by the running statistics. 1d: for vectors. A mini-batch
   * with one value per channel (PyTorch refuses it; the last one of an epoch may be such) gives the bias and does not update the
   * running statistics. `eps`: above 0,
   * below 1, default 1e-5; `momentum`: 0 to 1, default 0.1. */
  | { type: 'batchNorm2d' | 'batchNorm1d'; eps?: number; momentum?: number; frozen?: boolean }
  /** 2d: drops whole channels. `p`: from 0 to below 1, default 0.5. */
  | { type: 'dropout' | 'dropout2d'; p?: number }
  /** `negativeSlope`: a finite number, default 0.01. */
  | { type: 'leakyReLU'; negativeSlope?: number }
  /** Rounds to `scale` (above 0) times integers: those from -128 to 127 minus `zeroPoint` (-128 to 127, default 0). Gradients pass
   * unchanged where a value is in this range, else they are zero. */
  | { type: 'fakeQuantize'; scale: number; zeroPoint?: number }
  /** Read two to eight layers: the sum, or the channels one after another. */
  | { type: 'add' | 'concat' }
  /** Reads two to eight layers of one shape, or vectors [C,1,1], whose values multiply the channels of the others: their product. */
  | { type: 'multiply' }
  /** `padding`: 0 to 4,096 zeros on all sides, or on [left, right, top, bottom]. */
  | { type: 'zeroPad2d'; padding: number | [left: number, right: number, top: number, bottom: number] }
  | {
      type:
        | 'relu'
        | 'relu6'
        | 'sigmoid'
        | 'tanh'
        | 'silu'
        | 'gelu'
        | 'softmax'
        | 'logSoftmax'
        | 'flatten'
        | 'globalAvgPool2d';
    }
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

/** What follows from a layer's spec at its place in the network. */
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

// # Training options

/** torch.optim's optimizers with its names and defaults. */
export type OptimizerOptions = {
  /** From 0; default 0.001, rmsprop 0.01. muon with as much weight decay as AdamW takes about the rates that AdamW takes. */
  learningRate?: number;
  /** From 0. L2 penalty added to the gradient, default 0; adamW and muon: decay of the weights themselves, default 0.01 and
   * 0.1. */
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
    /** torch.optim.Muon with adjust_lr_fn 'match_rms_adamw', in float32, for the weights of convolutions (as matrices of a row for each
     * output channel) and of linear layers: each step makes their momentum orthogonal. All other parameters are AdamW's, with the same
     * learning rate and weight decay, `betas` and `eps`. `momentum`: from 0 to below 1, default 0.95; `nesterov`: default true. A step
     * costs about 10 * M * M * N multiply-adds for a matrix of M rows and N columns (or N rows and M columns, M the smaller number). */
    | { type: 'muon'; momentum?: number; nesterov?: boolean; betas?: [number, number]; eps?: number }
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

// # Drawings and synthetic digits

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

// # Training options

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
  /** Sets a square of this many pixels a side to 0, after the other transformations: around a random pixel, so that part of it may lie
   * outside the image (Cutout, arXiv:1708.04552). An integer from 0 to 1,024. */
  cutout?: number;
  /** Mixes each image with another random one of the training set, and the loss with the label of that (mixup, arXiv:1710.09412). The
   * shares are drawn from the beta distribution with both parameters `mixup`, and an image keeps the larger one; the training accuracy
   * counts its label alone. Synthetic digits are mixed too. 0 to 2, often 0.2 to 1; 0: off. */
  mixup?: number;
}

// # Networks

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
  /** Multiply-adds of the forward pass of one sample. */
  macs: number;
  /** The published recipe. */
  recipe: Recipe;
  /** The recipe that this project recommends. */
  bestRecipe: Recipe;
  /** The published accuracy, in words. */
  published: string;
  /** Where architecture and accuracy were published. */
  source: string;
}

// # Engine

/** What runs: `engine.info`. */
export interface EngineInfo {
  /** Which WebAssembly build runs. */
  variant: 'simd' | 'simd-threads' | 'relaxed-threads';
  /** How many there are. `engine.activeThreads` says how many of them work. */
  threads: number;
  /** The vector instructions in use: 'wasm-simd128' or 'wasm-relaxed-simd'. */
  simd: string;
  /** Of TinyCNN, as in package.json. */
  version: string;
}

/** How many threads train a session: `session.threads`. */
export interface ThreadUse {
  /** With `threads: 'auto'` the fastest number by the last measurement; all before the first one. Otherwise the engine's active threads. */
  threads: number;
  /** Whether it tries out several numbers now, or is about to. Training goes on meanwhile. */
  isMeasuring: boolean;
}

/** WebAssembly memory in bytes: `engine.memory`. */
export interface EngineMemory {
  /** Only grows. */
  reserved: number;
  /** The highest address that the engine has used so far. */
  used: number;
}

/** How the engine is loaded: `loadEngine(options)`. All of them may be left out. */
export interface EngineOptions {
  /** Number of threads, 1 to 64; `'auto'` (default): the number of cores that the system reports, at most 4, of which each session uses as
   * many as it measures to be fastest (`session.threads`). Always 1 where threads are not available, as in a page that is not
   * cross-origin isolated, and in 'tinycnn/worker' where the package comes from another origin. Results do not depend on the number. */
  threads?: 'auto' | number;
  /** Use WebAssembly's relaxed SIMD, in which a multiply-add may be rounded once instead of twice. Training is faster
   * (`npm run bench:peers` says by how much), but one seed no longer gives the same bits on every machine. Without relaxed SIMD or shared
   * memory the exact build runs; `info.variant` says which one. Default: false. */
  relaxed?: boolean;
  /** The folder that holds `tinycnn-*.wasm`, where that is not the folder of the package's own JavaScript: a URL, in a page relative to
   * the page. */
  wasmUrl?: string | URL;
}

// # Session

/** What a session trains and how: `engine.createSession(options)`. Only `model` is required. */
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

// # Files

/**
 * What `exportModel` writes. Every network can be written in every format; docs/formats.md says what is in the files.
 *
 * `name`: of the network in the file; default: that of its spec. `precision`: 'int8' quantizes the network first, as `session.quantize`
 * does. `input`: what the exported network reads: pixels from 0 to 255 ('bytes', the default) or from 0 to 1 ('unit'), normalised inside; or
 * pixels that are normalised already.
 */
export type ExportOptions = Float32ExportOptions | (QuantizedExportOptions & { precision: 'int8' } & QuantizeOptions);

/** Formats in float32; `precision` may be left out. */
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

/** What `QuantizedModel.exportModel` writes. 'tflite' and 'c' give the very integers of `scores`; 'onnx' may be a unit or two off, since its
 * runtimes round in floating point. */
export type QuantizedExportOptions = { name?: string; precision?: 'int8' } &
  /** Input and output as of the file in float32, integers within: weights and biases, and QuantizeLinear and DequantizeLinear at every value. */
  (
    | { format: 'onnx'; input?: ExportInput }
    /** Input int8 [N, height, width, channels], pixels p as `input` of the model says (p - 128 with the default normalisation); output int8
     * [N, classes]. */
    | { format: 'tflite' }
    /** `int <name>_predict(const uint8_t pixels[], int8_t scores[])`. */
    | { format: 'c'; testAccuracy?: number }
  );

/** What an exported network reads: pixels from 0 to 255, pixels from 0 to 1, or (pixel / 255 - mean) / std. */
export type ExportInput = 'bytes' | 'unit' | 'normalized';

/** The formats of files that `exportModel` writes. */
export type ExportFormat = ExportOptions['format'];

/** What a file does not say of its own network: `engine.importModel(bytes, options)`. */
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

/** The formats that `importModel` tells apart by their bytes; 'checkpoint' is what `session.save` returns. */
export type ImportFormat = 'onnx' | 'safetensors' | 'pytorch' | 'json' | 'checkpoint';

// # Data

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

// # Results

/** What some mini-batches of training have come to. */
export interface TrainResult {
  /** Mini-batches since the start. */
  step: number;
  /** Complete passes over the training set since the start. */
  epoch: number;
  /** Mean loss in nats over the samples of these steps, each computed before the step's update. */
  loss: number;
  /** Fraction 0..1 of these samples that were classified correctly. */
  accuracy: number;
  /** Training images per second of these steps. */
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
  /** Of that mini-batch, in nats. */
  loss: number;
  /** In words, for people. */
  cause: string;
  /** What may help, in words. */
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

/** What `session.findLearningRate` has found. */
export interface RangeTest {
  /** For each mini-batch its learning rate, its loss in nats, and the exponential average of the losses so far. */
  points: { learningRate: number; loss: number; smoothed: number }[];
  /** A tenth of the rate with the lowest smoothed loss. */
  suggested: number;
}

/** How long `session.fit` trains, and what it tells. */
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

/** Loss and accuracy over a data set. */
export interface Evaluation {
  /** Mean over the samples, in nats. */
  loss: number;
  /** Fraction 0..1 classified correctly. */
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
  /** Samples evaluated. */
  count: number;
  lossSum: number;
  /** Samples classified correctly. */
  correct: number;
  /** `confusion[label][predicted]`: number of samples. */
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

/** The output of a layer, with the layer's name and type. */
export interface NamedActivations extends Activations {
  /** `'input'`, a layer's name, or `'softmax'`. */
  name: string;
  /** The layer's type; of the first and the last their names. */
  type: string;
}

/** A parameter or gradient, named and shaped as in PyTorch's state_dict. */
export interface NamedTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

// # Quantization and pruning

/** Single weights become zeros. */
export interface WeightPruning {
  type: 'unstructured';
  /** Share of the weights of convolutions and linear layers, from 0 to below 1; 0: all may train again. */
  sparsity: number;
  /** Default: all at once, now. */
  schedule?: PruneSchedule;
}

/**
 * Whole channels go, those first that are least important for the multiply-adds that go with them. A channel of a convolution, or a unit of a linear layer, is as important as its batch norm's scale (Z. Liu et al.,
 * arXiv:1708.06519) or, without batch norm, the L2 norm of its weights, in relation to the mean of its layer. Channels that are added to
 * each other go together, and so do those that groups of a convolution tie. The classes stay, and so do channels that a frozen layer or a
 * softmax reads or gives. Each layer keeps a channel.
 */
export interface ChannelPruning {
  type: 'channels';
  /** Share of the multiply-adds of a prediction that go, at least; from 0 to below 1. */
  sparsity: number;
}

/** For `createSession({ model: spec, parameters, ... })`. */
export interface PrunedNetwork {
  spec: ModelSpec;
  parameters: NamedTensor[];
  /** `sparsity`: the share of the multiply-adds that have gone. */
  report: PruneReport;
}

/** Pruning step by step: t mini-batches after the start, `sparsity - (sparsity - s) * (1 - t / steps)^3` of the weights are pruned, where
 * s is the share that was pruned before (M. Zhu, S. Gupta, arXiv:1710.01878). */
export interface PruneSchedule {
  /** Mini-batches from now to the start; default 0. */
  start?: number;
  /** Mini-batches from the start to the last pruning; default 0: all at once. */
  steps?: number;
  /** Weights are pruned every so many mini-batches, and at the last one; from 1, default 100. */
  frequency?: number;
}

/** How far pruning has come. */
export interface PruneReport {
  /** The sparsity that was asked for; 0 where nothing is pruned. */
  target: number;
  /** The share that has been reached. */
  sparsity: number;
  /** Those with parameters, in order. */
  layers: PrunedLayer[];
}

/** A layer with parameters, before and after pruning. */
export interface PrunedLayer {
  name: string;
  parametersBefore: number;
  parameters: number;
  /** Of these parameters. */
  zeros: number;
  /** Multiply-adds of one sample. */
  macsBefore: number;
  /** Multiply-adds of one sample, without those by a zero. */
  macs: number;
  /** Of 'channels': the numbers that the output channels had before. */
  channels?: number[];
}

/** `calibration`: number of training images, evenly spread over the training set, on which the ranges of the activations are measured: 1 to
 * 10,000, default 200. */
export interface QuantizeOptions {
  calibration?: number;
}

/** A network that rounds as it will in 8-bit integers, for `createSession({ model: spec, parameters, ... })`. */
export interface QuantizationAware {
  spec: ModelSpec;
  parameters: NamedTensor[];
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
    | 'conv2d'
    | 'linear'
    | 'maxPool2d'
    | 'avgPool2d'
    | 'add'
    | 'concat'
    | 'flatten'
    | 'activation'
    | 'requantize'
    | 'zeroPad2d'
    | 'multiply';
  /** The type of the layer that it computes: a batch norm that stands alone and a global average are (depthwise) convolutions. */
  layer: LayerSpec['type'];
  /** Names of the steps that it reads; `'input'` is the network's input. */
  from: string[];
  shape: Shape;
  /** Whether it ends with a ReLU. */
  relu: boolean;
  /** Of weights, biases, scales and tables. */
  bytes: number;
  /** Multiply-adds of one sample. */
  macs: number;
  /** Of its output. */
  quantization: Quantization;
  /** The range of the floating-point output on the calibration images. */
  min: number;
  max: number;
}
