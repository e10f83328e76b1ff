// SPDX-License-Identifier: MIT
// One training run. Every method first copies its arguments into plain values, then checks that the session is not disposed, then calls
// the C++ bindings. A method that throws changes nothing.
//
// Long because the class is the package’s public face with its documentation; what needs room of its own is imported.

import { SessionThreads, type ActiveThreads } from './active-threads.js';
import { readBatch } from './batch.js';
import { disposeSymbol } from './dispose.js';
import { TinyCNNError, type ErrorCode } from './errors.js';
import { call } from './native.js';
import { readImages, readSchedule, readTensors } from './options.js';
import {
  mapValues,
  plain,
  readBytes,
  readChoice,
  readInteger,
  readNumbers,
  readOptions,
  readSeed,
  refuse,
  show,
} from './read.js';
import {
  EVALUATED_AT_ONCE,
  sumUp,
  toTrainResult,
  TrainTotal,
  type NativeTrainResult,
  type TrainedPart,
} from './results.js';
import { readSeconds, steadyRate } from './steady-rate.js';
import type { QuantizedModel } from './quantize.js';
import type { Session as NativeSession } from './tinycnn-simd.js';
import type {
  Activations,
  Evaluation,
  ExportOptions,
  FitEpoch,
  FitOptions,
  LabelledImages,
  ModelSpec,
  ModelSummary,
  NamedActivations,
  NamedTensor,
  PartialEvaluation,
  PredictionTime,
  ChannelPruning,
  PrunedNetwork,
  PruneReport,
  QuantizationAware,
  WeightPruning,
  QuantizeOptions,
  RangeTest,
  RangeTestOptions,
  ScheduleOptions,
  Split,
  ThreadUse,
  TrainResult,
} from './types.js';

interface State {
  spec: ModelSpec;
  summary: ModelSummary;
  classNames: string[];
  step: number;
  stepsPerEpoch: number;
  seed: number;
  batchSize: number;
  memoryBytes: number;
}

/** Of every format; which of them one has, formats.ts says. */
const EXPORT_OPTIONS = 'format name precision input foldBatchNorm testAccuracy calibration';

const MAX_COUNT = 2 ** 31 - 1;
const MAX_EPOCH = 2 ** 32 - 1;
const SPLITS: readonly string[] = ['train', 'test', 'validation'];

const readSplit = (split: unknown): Split => readChoice(split, 'split', SPLITS) as Split;

/**
 * One training run: a network with its weights, its optimizer's state and its data. Made by `engine.createSession` or
 * `engine.restoreSession`. Images are bytes [channels][height][width], 0 background to 255 ink, unless a method says otherwise. A method
 * that throws changes nothing; after `dispose` every method throws 'disposed'.
 */
export class Session {
  #native: NativeSession | undefined;
  /** Time spent so far on a mini-batch that is trained in slices. */
  #sliceSeconds = 0;
  #fits = false;
  /** Undefined once something has changed. */
  #known: State | undefined;
  readonly #threads: SessionThreads;
  readonly #sizes = new Map<Split, number>();
  readonly #release: (session: Session) => void;
  readonly #wasmUrl: string | undefined;
  #classNames: readonly string[];
  /** The network, with as many outputs as there are classes. */
  readonly spec: ModelSpec;
  /** Its shapes, parameters and multiply-adds. */
  readonly summary: ModelSummary;

  /** Use `engine.createSession` or `engine.restoreSession`.
   * @internal */
  constructor(
    native: NativeSession,
    threads: ActiveThreads,
    wasmUrl: string | undefined,
    release: (session: Session) => void,
  ) {
    this.#native = native;
    this.#wasmUrl = wasmUrl;
    this.#threads = new SessionThreads(threads);
    this.#release = release;
    ({ spec: this.spec, summary: this.summary } = this.#state);
    this.#classNames = this.#namesOfClasses();
  }

  /** The given names or, by default, '0', '1' and so on. */
  #namesOfClasses(): string[] {
    const { classNames } = this.#state;
    if (classNames.length > 0) return classNames;
    return Array.from({ length: this.summary.layers.at(-1)!.shape[0] }, (_, label) => String(label));
  }

  get #live(): NativeSession {
    if (!this.#native) {
      throw new TinyCNNError('disposed', '[session] expected a live session, got one that was disposed');
    }
    return this.#native;
  }

  /** @internal Throws 'disposed' after `dispose`. */
  requireLive(): NativeSession {
    return this.#live;
  }

  #call(code: ErrorCode, use: (native: NativeSession) => unknown): unknown {
    const native = this.#live;
    return call(code, () => use(native));
  }

  /** The state as it was told last, since telling it takes as long as several mini-batches of a small network. */
  get #state(): State {
    this.requireLive();
    return (this.#known ??= this.#call('internal', (native) => native.state()) as State);
  }

  /** Names of the classes, in the order of labels and outputs. */
  get classNames(): readonly string[] {
    return this.#classNames;
  }

  /** Mini-batches trained since the start. */
  get step(): number {
    return this.#state.step;
  }

  /** Mini-batches per epoch, the last one possibly smaller; 0 without training data. */
  get stepsPerEpoch(): number {
    return this.#state.stepsPerEpoch;
  }

  /** Whether `setData('validation', …)` has been called. */
  get hasValidation(): boolean {
    return this.sizeOf('validation') > 0;
  }

  /** @internal Images of a split; 0 where there are none. */
  sizeOf(split: Split): number {
    return this.#sizes.get(split) ?? 0;
  }

  /** The seed that the run began with, or that `rewind` set. */
  get seed(): number {
    return this.#state.seed;
  }

  /** Images of a mini-batch. */
  get batchSize(): number {
    return this.#state.batchSize;
  }

  /** WebAssembly memory in bytes that the session uses besides its data: weights, gradients, optimizer state and activations. Grows with
   * the largest mini-batch so far. */
  get memoryBytes(): number {
    this.#known = undefined;
    return this.#state.memoryBytes;
  }

  /** How many threads train this session. */
  get threads(): ThreadUse {
    return this.#threads.use;
  }

  /** Values per image: channels * height * width. */
  get #imageSize(): number {
    return this.spec.input.reduce((product, side) => product * side);
  }

  /** Copies the data into the engine. Weights, step and optimizer state do not change. Throws 'invalid-data' unless images have the size
   * of the model's input and labels are below its number of classes. */
  setData(split: Split, data: LabelledImages): void {
    const [which, read] = [readSplit(split), readImages(data)];
    this.#known = undefined;
    this.#call('invalid-data', (native) => native.setData(SPLITS.indexOf(which), read));
    this.#sizes.set(which, read.labels.length);
    this.#sliceSeconds = 0;
  }

  /** Trains `steps` mini-batches (1 to 2^31 - 1) and stops early if training diverges. Throws 'missing-data' without training data. */
  trainSteps(steps: number): TrainResult {
    const { result, seconds } = this.trainStepsInParts(steps);
    return toTrainResult(result, seconds);
  }

  /** @internal `trainSteps` with sums instead of means. */
  trainStepsInParts(steps: number): TrainedPart {
    readInteger(steps, 'trainSteps', 1, MAX_COUNT);
    if (!this.#threads.isTuning) return this.#train(steps);
    const total = new TrainTotal();
    for (let left = steps; left > 0 && !total.hasDiverged; --left) total.add(this.#train(1));
    return total;
  }

  #train(steps: number): TrainedPart {
    const start = performance.now();
    const result = this.#trainWith((native) => native.trainSteps(steps)) as NativeTrainResult;
    return { result, seconds: this.#endMiniBatch(result, start) };
  }

  /** `trainSteps(1)` in parts, bit-exact, for callers that have other work in between. Each call processes `rounds` (1 to 2^31 - 1,
   * default 1) blocks of eight samples per thread, up to the next batch norm layer. Returns `undefined` until the mini-batch is complete;
   * until then everything shows the state before it. `trainSteps` completes it; `setData`, `setParameters`,
   * `rewind`, `load`, `evaluate`, `predictBatch` and `gradients` discard it, so that the next call starts it again. Throws 'missing-data'
   * without training data. */
  trainSlice(rounds = 1): TrainResult | undefined {
    readInteger(rounds, 'trainSlice', 1, MAX_COUNT);
    const start = performance.now();
    const result = this.#trainWith((native) => native.trainSlice(rounds)) as NativeTrainResult | null;
    if (result !== null) return toTrainResult(result, this.#endMiniBatch(result, start));
    this.#sliceSeconds += (performance.now() - start) / 1000;
    return undefined;
  }

  #trainWith(train: (native: NativeSession) => unknown): unknown {
    const before = this.#state;
    this.#known = undefined;
    const result = this.#call('invalid-option', (native) => {
      this.#threads.beforeTraining();
      return train(native);
    }) as NativeTrainResult | null;
    this.#known = { ...before, step: result?.step ?? before.step };
    return result;
  }

  /** Seconds since `start`, plus those of the slices before. */
  #endMiniBatch({ samples }: NativeTrainResult, start: number): number {
    const seconds = this.#sliceSeconds + (performance.now() - start) / 1000;
    this.#sliceSeconds = 0;
    this.#threads.learn(samples, seconds);
    return seconds;
  }

  /** A call that discards an incomplete mini-batch. */
  #callInstead(code: ErrorCode, use: (native: NativeSession) => unknown): unknown {
    this.#known = undefined;
    const value = this.#call(code, (native) => {
      this.#threads.beforeOther();
      return use(native);
    });
    this.#sliceSeconds = 0;
    return value;
  }

  /**
   * Trains whole epochs and evaluates after each on the test and validation sets that have been set. Stops early at the target accuracy,
   * when training diverges, or, with `patience`, when the validation loss no longer falls. It yields to the event loop every few
   * milliseconds; all other methods may be called meanwhile. Rejects with 'missing-data' without the data sets that the options need,
   * 'aborted' when `signal` aborts (what has been trained stays), 'disposed' when the session is disposed meanwhile, and 'busy' while
   * another `fit` of the session runs.
   */
  async fit(options: FitOptions): Promise<FitEpoch[]> {
    const given = readOptions(options, 'fit', 'epochs targetAccuracy patience onEpoch signal');
    const { fit, checkFit } = await import('./fit.js');
    const read = checkFit(given, this);
    if (this.#fits) throw new TinyCNNError('busy', '[fit] expected one fit of a session at a time, got a second one');
    this.#fits = true;
    try {
      return await fit(this, read);
    } finally {
      this.#fits = false;
    }
  }

  /** Sets the learning rate from the next step on: a finite number from 0. Weights and optimizer state do not change. Throws
   * 'invalid-option'. */
  setLearningRate(learningRate: number): void {
    const rate = plain(learningRate);
    this.#call('invalid-option', (native) => native.setLearningRate(rate));
  }

  /** Sets the schedule from the next step on. Weights and optimizer state do not change. Throws 'invalid-option'. */
  setSchedule(schedule: ScheduleOptions): void {
    const read = readSchedule(schedule);
    this.#call('invalid-option', (native) => native.setSchedule(read));
  }

  /** Trains a few mini-batches with a rising learning rate, from `min` to `max`, then restores the session. Throws 'missing-data' without
   * training data. */
  findLearningRate(options: RangeTestOptions = {}): RangeTest {
    const read = mapValues(readOptions(options, 'findLearningRate', 'min max steps'), plain);
    return this.#callInstead('invalid-option', (native) => native.findLearningRate(read)) as RangeTest;
  }

  /**
   * Type 'unstructured' makes the smallest weights of convolutions and linear layers zeros, most in layers of many weights (LAMP,
   * arXiv:2010.07611): at once or, with a schedule, as training goes on. Pruned weights stay exactly zero through training, averaging, `save` and `load`, until `rewind` or a
   * call with sparsity 0. Frozen layers keep their weights. A later call sets another schedule. Resolves with what is pruned then.
   *
   * Type 'channels' resolves with a smaller network for a session of its own, `createSession({ model: spec, parameters, ... })`: this
   * network, with the weights that it predicts with now, without its least important channels. This session does not change. Loads a
   * second WebAssembly module the first time.
   *
   * Rejects with 'invalid-option', also for a sparsity below the present one or beyond what can go.
   */
  prune(options: WeightPruning): Promise<PruneReport>;
  prune(options: ChannelPruning): Promise<PrunedNetwork>;
  async prune(options: WeightPruning | ChannelPruning): Promise<PruneReport | PrunedNetwork> {
    const checkpoint = this.save();
    const { prune } = await import('./compress.js');
    return prune(this, options, checkpoint, this.#wasmUrl);
  }

  /** What is pruned now. */
  async pruning(): Promise<PruneReport> {
    const { pruning } = await import('./compress.js');
    return pruning(this);
  }

  /** Training image `index` after augmentation in `epoch` (both integers from 0), as [channels][height][width] bytes.
   * Throws 'missing-data' without training data. */
  augmented(index: number, epoch: number): Uint8Array {
    readInteger(index, 'augmented.index', 0, MAX_COUNT);
    readInteger(epoch, 'augmented.epoch', 0, MAX_EPOCH);
    return this.#call('invalid-option', (native) => native.augmented(index, epoch)) as Uint8Array;
  }

  /** Loss (nats) and accuracy (0..1) over a whole split. Throws 'missing-data' without it. */
  evaluate(split: Split): Evaluation {
    return sumUp(this.evaluationParts(split));
  }

  /** @internal The parts of `evaluate` in order, at least one. */
  *evaluationParts(split: Split): Generator<PartialEvaluation> {
    let first = 0;
    do {
      yield this.evaluateRange(split, first, EVALUATED_AT_ONCE);
      first += EVALUATED_AT_ONCE;
    } while (first < this.sizeOf(split));
  }

  /** The same over samples `first` to `first + count - 1` (integers from 0, limited to the end of the split; `count` may be
   * Infinity), so that a long evaluation can be done in parts. Throws 'missing-data' without the split. */
  evaluateRange(split: Split, first: number, count: number): PartialEvaluation {
    const which = readSplit(split);
    const max = Number.MAX_SAFE_INTEGER;
    readInteger(first, 'evaluateRange.first', 0, max);
    const many = count === Infinity ? max : readInteger(count, 'evaluateRange.count', 0, max);
    return this.#callInstead('invalid-option', (native) =>
      native.evaluate(SPLITS.indexOf(which), first, many),
    ) as PartialEvaluation;
  }

  /** Class probabilities of one image, [classes]; `pixels`: [channels][height][width] finite numbers, 0 background to 255 ink. Throws
   * 'invalid-data' for any other length or values. */
  predict(pixels: ArrayLike<number>): Float32Array {
    const read = this.#readImage(pixels, 'predict');
    return this.#call('invalid-data', (native) => native.predict(read, false)) as Float32Array;
  }

  /** The output of the last layer for one image, [classes]. With the default loss, 'crossEntropy', these are the logits, and `predict`
   * returns their softmax. */
  logits(pixels: ArrayLike<number>): Float32Array {
    const read = this.#readImage(pixels, 'logits');
    return this.#call('invalid-data', (native) => native.predict(read, true)) as Float32Array;
  }

  /** `predict` for many images on all threads, bit-exact. `images`: an array of images, or one array that holds them one after another, as
   * in LabelledImages. Returns the class probabilities of each. */
  predictBatch(images: readonly ArrayLike<number>[] | ArrayLike<number>): Float32Array[] {
    const read = readBatch(images, this.#imageSize);
    const predictions: Float32Array[] = [];
    for (const part of read) {
      const flat = this.#callInstead('invalid-data', (native) => native.predictBatch(part)) as Float32Array;
      const classes = this.#classNames.length;
      for (let at = 0; at < flat.length; at += classes) predictions.push(flat.slice(at, at + classes));
    }
    return predictions;
  }

  #readImage(pixels: unknown, where: string): Uint8Array | Float32Array {
    return readNumbers(pixels, where, this.#imageSize, 'pixels');
  }

  /** Measures how long a prediction takes, in microseconds. Runs for about `seconds` (0 to 60). */
  measurePrediction(seconds = 0.1): PredictionTime {
    readSeconds(seconds, 'measurePrediction');
    const pixels = Uint8Array.from({ length: this.#imageSize }, (_, i) => (37 * i) % 256);
    const inEngine = steadyRate(seconds / 2, (count) => {
      this.#call('internal', (native) => native.predictRepeatedly(pixels, count));
      return count;
    });
    const inPackage = steadyRate(seconds / 2, (count) => {
      for (let i = 0; i < count; ++i) this.predict(pixels);
      return count;
    });
    return { engine: 1e6 / inEngine, package: 1e6 / inPackage };
  }

  /** The output of one layer for one image: `'input'` (normalised), a layer's name, or `'softmax'`. */
  activations(layer: string, pixels: ArrayLike<number>): Activations {
    const names = ['input', ...this.spec.layers.map(({ name }) => name), 'softmax'];
    readChoice(layer, 'activations', names);
    const { shape, data } = this.allActivations(pixels)[names.indexOf(layer)]!;
    return { shape, data };
  }

  /** The outputs of all layers for one image in one forward pass: `'input'`, every layer in order, `'softmax'`. */
  allActivations(pixels: ArrayLike<number>): NamedActivations[] {
    const read = this.#readImage(pixels, 'activations');
    return this.#call('invalid-data', (native) => native.activations(read)) as NamedActivations[];
  }

  /** All weights, in the order of PyTorch's state_dict. `averaged`: the weights used to evaluate and predict, which differ
   * if `emaDecay` is above 0. */
  parameters(options: { averaged?: boolean } = {}): NamedTensor[] {
    const { averaged = false } = readOptions(options, 'parameters', 'averaged');
    if (typeof averaged !== 'boolean') refuse('invalid-option', 'parameters.averaged', 'true or false', show(averaged));
    return this.#call('internal', (native) => native.parameters(averaged)) as NamedTensor[];
  }

  /** Replaces all weights but those that are pruned. Throws 'invalid-data' unless names, order and shapes are those of `parameters()` and all values are finite. */
  setParameters(tensors: NamedTensor[]): void {
    const read = readTensors(tensors);
    this.#callInstead('invalid-data', (native) => native.setParameters(read));
  }

  /** Gradient of the mean loss over these images at the current weights, for all layers that are not frozen. Changes nothing. */
  gradients(images: Uint8Array, labels: Uint8Array): NamedTensor[] {
    const [channels, height, width] = this.spec.input;
    const read = readImages({ images, labels, channels, height, width }, 'gradients');
    return this.#callInstead('invalid-data', (native) => native.gradients(read)) as NamedTensor[];
  }

  /** The initial weights of a seed (an integer from 0 to 2^53 - 1; default: the current one), step 0, optimizer state cleared, nothing
   * pruned. The data stay. */
  rewind(seed?: number): void {
    if (seed !== undefined) readSeed(seed, 'rewind.seed');
    this.#callInstead('invalid-option', (native) => native.rewind(seed));
  }

  /** Weights, optimizer state, step, seed, options, pruning, spec and class names, for `load` and `engine.restoreSession`. */
  save(): Uint8Array {
    return this.#call('internal', (native) => native.save()) as Uint8Array;
  }

  /** Restores what `save` returned, including class names if there are any; training then continues bit-exactly. The model must be the
   * same. Throws 'invalid-checkpoint' for anything else. */
  load(bytes: Uint8Array): void {
    const read = readBytes(bytes, 'load', 'invalid-checkpoint');
    this.#callInstead('invalid-checkpoint', (native) => native.load(read));
    this.#classNames = this.#namesOfClasses();
  }

  /** The network with the weights that it predicts with now, as the bytes of a file for other programs: see `ExportOptions`. Changes
   * nothing. Loads a second WebAssembly module the first time. Rejects with 'invalid-option', with 'invalid-data' if a weight is not
   * finite, and with 'load-failed' if the module cannot be loaded. */
  async exportModel(options: ExportOptions): Promise<Uint8Array> {
    const given = mapValues(readOptions(options, 'exportModel', EXPORT_OPTIONS), plain);
    const checkpoint = this.save();
    const { exportCheckpoint } = await import('./formats.js');
    return exportCheckpoint(this, checkpoint, given, this.#wasmUrl);
  }

  /** The network as it predicts now in 8-bit integers, by TensorFlow Lite's rules: see `QuantizedModel`. Changes nothing. Loads a second
   * WebAssembly module the first time. Rejects with 'invalid-option', with 'missing-data' without training data, with 'invalid-data' if a
   * weight is not finite or a softmax is not the last layer, and with 'load-failed' if the module cannot be loaded. */
  async quantize(options: QuantizeOptions = {}): Promise<QuantizedModel> {
    const given = readOptions(options, 'quantize', 'calibration');
    const checkpoint = this.save();
    const { quantize } = await import('./compress.js');
    return quantize(this, checkpoint, given, this.#wasmUrl);
  }

  /** The network as it predicts now, for a session of its own that trains with the rounding of 8-bit integers and so makes up for it:
   * `createSession({ model: spec, parameters, ... })`, with this session's `normalize`. Batch norm is part of the convolutions, and
   * 'fakeQuantize' layers round activations to the integers of `this.quantize(options)`. That session's own `quantize` has the same
   * scales, and its integers give what the session itself predicts, but for numbers about halfway between two of them. Changes nothing. Loads a second WebAssembly module the first time.
   * Rejects as `quantize` does, and with 'invalid-data' for a network that rounds already. */
  async quantizationAware(options: QuantizeOptions = {}): Promise<QuantizationAware> {
    const checkpoint = this.save();
    const { quantizationAware } = await import('./compress.js');
    return quantizationAware(this, checkpoint, options, this.#wasmUrl);
  }

  /** Frees the memory. Every method then throws 'disposed'. Calling it again does nothing. */
  dispose(): void {
    this.#native?.delete();
    this.#native = undefined;
    this.#release(this);
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}
