// SPDX-License-Identifier: MIT
// One training run. Converts nothing itself: the C++ bindings check and copy, this adds types,
// clocks and disposal. A method that throws leaves everything as it was.

import { fit } from './fit.js';
import { steadyRate } from './steady-rate.js';
import { unwrap } from './module.js';
import type { MainModule, Session as NativeSession } from './tinycnn-simd.js';
import type {
  Activations,
  Evaluation,
  FitEpoch,
  FitOptions,
  LabelledImages,
  ModelSpec,
  ModelSummary,
  NamedActivations,
  NamedTensor,
  PartialEvaluation,
  PredictionTime,
  RangeTest,
  RangeTestOptions,
  ScheduleOptions,
  SessionOptions,
  Split,
  TrainResult,
} from './types.js';

interface State {
  spec: ModelSpec;
  summary: ModelSummary;
  step: number;
  stepsPerEpoch: number;
  seed: number;
  batchSize: number;
  memoryBytes: number;
}

type NativeTrainResult = Omit<TrainResult, 'imagesPerSecond'> & { samples: number };

const timed = ({ samples, ...result }: NativeTrainResult, seconds: number): TrainResult => ({
  ...result,
  imagesPerSecond: samples / Math.max(seconds, 1e-6),
});

export class Session {
  #native: NativeSession | undefined;
  /** Spent so far on a mini-batch that is trained in slices. */
  #sliceSeconds = 0;
  #hasValidation = false;
  readonly spec: ModelSpec;
  readonly summary: ModelSummary;
  /** What the classes are called, in the order of labels and outputs. */
  readonly classNames: readonly string[];

  /** Use `engine.createSession`. */
  constructor(module: MainModule, options: SessionOptions) {
    const native = new module.Session();
    try {
      unwrap(native.create(options));
    } catch (error) {
      native.delete();
      throw error;
    }
    this.#native = native;
    ({ spec: this.spec, summary: this.summary } = this.#state);
    const classes = this.summary.layers.at(-1)!.shape[0];
    this.classNames = options.classNames ?? Array.from({ length: classes }, (_, label) => String(label));
  }

  get #live(): NativeSession {
    if (!this.#native) throw new Error('[session] expected a live session, got one that was disposed');
    return this.#native;
  }

  get #state(): State {
    return unwrap(this.#live.state()) as State;
  }

  /** Mini-batches since the start. */
  get step(): number {
    return this.#state.step;
  }

  /** Mini-batches of a pass over the training set, the last possibly smaller; 0 without data. */
  get stepsPerEpoch(): number {
    return this.#state.stepsPerEpoch;
  }

  /** Whether `setData('validation', …)` has been called. */
  get hasValidation(): boolean {
    return this.#hasValidation;
  }

  get seed(): number {
    return this.#state.seed;
  }

  get batchSize(): number {
    return this.#state.batchSize;
  }

  /** Bytes of WebAssembly memory that the session has taken above its data: weights, gradients, optimizer state and activations.
   * Grows with the largest mini-batch so far. */
  get memoryBytes(): number {
    return this.#state.memoryBytes;
  }

  /** Copies the data in. Weights, step and optimizer stay. Throws unless images have the size of the
   * model's input and labels are below its number of classes. */
  setData(split: Split, data: LabelledImages): void {
    unwrap(this.#live.setData(split, data));
    this.#hasValidation ||= split === 'validation';
  }

  /** Trains `steps` mini-batches (at least 1). Throws without training data. */
  trainSteps(steps: number): TrainResult {
    const start = performance.now();
    return timed(unwrap(this.#live.trainSteps(steps)) as NativeTrainResult, (performance.now() - start) / 1000);
  }

  /** `trainSteps(1)` in parts, with the same bits, for who must listen to others in between: takes the mini-batch `rounds` (at least
   * 1) blocks of eight samples further on each thread, through the layers up to the next batch norm. `undefined` until the mini-batch
   * is through. Till then everything shows the state before it. `trainSteps` finishes it; `setData`, `setParameters`, `rewind`,
   * `load`, `evaluate` and `gradients` drop it, so that the next call begins it anew. Throws without training data. */
  trainSlice(rounds = 1): TrainResult | undefined {
    const start = performance.now();
    const result = unwrap(this.#live.trainSlice(rounds)) as NativeTrainResult | null;
    this.#sliceSeconds += (performance.now() - start) / 1000;
    if (result === null) return undefined;
    const seconds = this.#sliceSeconds;
    this.#sliceSeconds = 0;
    return timed(result, seconds);
  }

  /** Trains whole epochs, tests after each, and stops at a target, a divergence or, with `patience`, once the validation set gets no
   * better. Blocks until it is done: in a page, call it in a worker, or use `trainSteps` in turns with other work. Throws without
   * training or test data. */
  fit(options: FitOptions): FitEpoch[] {
    return fit(this, options);
  }

  /** From the next step on; weights and optimizer state stay. */
  setLearningRate(learningRate: number): void {
    unwrap(this.#live.setLearningRate(learningRate));
  }

  /** From the next step on; weights and optimizer state stay. */
  setSchedule(schedule: ScheduleOptions): void {
    unwrap(this.#live.setSchedule(schedule));
  }

  /** Tries rising learning rates on a few mini-batches and puts everything back. */
  findLearningRate(options: RangeTestOptions = {}): RangeTest {
    return unwrap(this.#live.findLearningRate(options)) as RangeTest;
  }

  /** Training image `index` as `augment` distorts it in `epoch`, a byte a pixel; unchanged where nothing is distorted. Throws without
   * training data and for an index past its end. */
  augmented(index: number, epoch: number): Uint8Array {
    return unwrap(this.#live.augmented(index, epoch)) as Uint8Array;
  }

  /** Loss and accuracy over a whole split. */
  evaluate(split: Split): Evaluation {
    const { count, lossSum, correct, confusion } = this.evaluateRange(split, 0, Infinity);
    return { loss: lossSum / count, accuracy: correct / count, confusion };
  }

  /** The same over samples `first` to `first + count - 1` (cut at the end), so that long evaluations can be sliced. */
  evaluateRange(split: Split, first: number, count: number): PartialEvaluation {
    const most = Math.min(count, Number.MAX_SAFE_INTEGER);
    return unwrap(this.#live.evaluate(split, first, most)) as PartialEvaluation;
  }

  /** Class probabilities of one image; `pixels`: height*width values 0..255. */
  predict(pixels: ArrayLike<number>): Float32Array {
    return unwrap(this.#live.predict(pixels)) as Float32Array;
  }

  /** Measures predictions for about `seconds` in all. */
  measurePrediction(seconds = 0.1): PredictionTime {
    const [channels, height, width] = this.spec.input;
    const pixels = Uint8Array.from({ length: channels * height * width }, (_, i) => (37 * i) % 256);
    const inEngine = steadyRate(seconds / 2, (count) => {
      unwrap(this.#live.predictRepeatedly(pixels, count));
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
    const all = this.allActivations(pixels);
    const found = all.find((each) => each.name === layer);
    if (!found) {
      throw new Error(
        `[activations] expected a layer out of ${all.map((each) => each.name).join(', ')}, got '${layer}'`,
      );
    }
    return { shape: found.shape, data: found.data };
  }

  /** From `'input'` over every layer in order to `'softmax'`, in one pass. */
  allActivations(pixels: ArrayLike<number>): NamedActivations[] {
    return unwrap(this.#live.activations(pixels)) as NamedActivations[];
  }

  /** All weights, in the order of PyTorch's state_dict. `averaged`: those by which it evaluates, predicts and gives activations, which
   * are other ones where `emaDecay` asks for an average. */
  parameters({ averaged = false } = {}): NamedTensor[] {
    return unwrap(this.#live.parameters(averaged)) as NamedTensor[];
  }

  /** Replaces all weights. Throws unless names, order and shapes are those of `parameters()`. */
  setParameters(tensors: NamedTensor[]): void {
    unwrap(this.#live.setParameters(tensors));
  }

  /** Gradient of the mean loss over these images at the present weights. Training is not touched. */
  gradients(images: Uint8Array, labels: Uint8Array): NamedTensor[] {
    const [, height, width] = this.spec.input;
    return unwrap(this.#live.gradients({ images, labels, height, width })) as NamedTensor[];
  }

  /** The initial weights of a seed (default: the present one), step 0, optimizer state cleared. Data stay. */
  rewind(seed?: number): void {
    unwrap(this.#live.rewind(seed));
  }

  /** Weights, optimizer state, step, seed and options, for `load`. */
  save(): Uint8Array {
    return unwrap(this.#live.save()) as Uint8Array;
  }

  /** Takes over what `save` gave; training then goes on to the last bit as it would have. The model must be the same. */
  load(bytes: Uint8Array): void {
    unwrap(this.#live.load(bytes));
  }

  /** Frees its memory; no method may be called after. */
  dispose(): void {
    this.#native?.delete();
    this.#native = undefined;
  }
}
