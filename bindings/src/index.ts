// SPDX-License-Identifier: MIT
// tinycnn: trains tiny convolutional networks on the CPU, in the browser and in Node.
//
//   const engine = await loadEngine()
//   const session = engine.createSession({ model: 'tinycnn', seed: 1 })
//   session.setData('train', { images, labels, height: 28, width: 28 })
//   session.trainSteps(1000)

import { ActiveThreads } from './active-threads.js';
import { withClasses } from './classes.js';
import { disposeSymbol } from './dispose.js';
import { TinyCNNError } from './errors.js';
import { readIdxImages, readIdxLabels, type IdxImages } from './idx.js';
import { loadModule } from './module.js';
import { call } from './native.js';
import { readSession, readSpec, toOptionNames, type OptionNames } from './options.js';
import { prepareDigit, type PreparedDigit } from './prepare-digit.js';
import { readBytes, readInteger, readOptions, readSeed, refuse } from './read.js';
import { Session } from './session.js';
import { readSeconds, steadyRate } from './steady-rate.js';
import type { Loaded } from './module.js';
import type { MainModule, Session as NativeSession } from './tinycnn-simd.js';
import {
  completePen,
  flatten,
  toGeneratedDigit,
  toRenderedStrokes,
  type Generated,
  type Rendering,
} from './strokes.js';
import type {
  EngineInfo,
  EngineMemory,
  EngineOptions,
  GeneratedDigit,
  ImportedModel,
  ImportOptions,
  LabelledImages,
  ModelSpec,
  ModelSummary,
  Pen,
  RenderedStrokes,
  SessionOptions,
  Strokes,
  ZooEntry,
} from './types.js';

export type * from './types.js';
export type { IdxImages, PreparedDigit, Session };
export { withClasses } from './classes.js';
export { TinyCNNError, type ErrorCode } from './errors.js';
export { holdOut } from './hold-out.js';
export type { HeldOut, HoldOutOptions } from './hold-out.js';
export type { QuantizedModel } from './quantize.js';
export { looksTransposed, transposeImages } from './orientation.js';
export { trainingMacs } from './training-macs.js';

/** A fraction of a millisecond of work, so that the cost of starting the threads is negligible. */
const PEAK_TURNS = 65_536;

/** Digits per call of generateDigits: a second or two. */
const MAX_GENERATED = 100_000;
const GENERATED_CLASSES = 10;

/** A loaded WebAssembly module with its threads. It makes sessions and reads data. After `dispose` every method throws 'disposed'. */
export class Engine {
  #module: MainModule | undefined;
  readonly #threads: ActiveThreads;
  readonly #names: OptionNames;
  readonly #wasmUrl: string | undefined;
  readonly #sessions = new Set<Session>();
  /** Which build runs, and on how many threads. */
  readonly info: EngineInfo;
  /** Every named architecture. */
  readonly zoo: ZooEntry[];

  /** @internal */
  constructor({ module, threads, isAuto, variant, wasmUrl }: Loaded) {
    this.#module = module;
    this.#wasmUrl = wasmUrl;
    this.#threads = new ActiveThreads(() => this.#live, threads, isAuto);
    const simd = variant === 'relaxed-threads' ? 'wasm-relaxed-simd' : 'wasm-simd128';
    this.info = { variant, threads, simd, version: module.version() };
    this.#names = toOptionNames(call('internal', () => module.optionNames()) as { layers: string; optimizers: string });
    this.zoo = call('internal', () => module.zoo()) as ZooEntry[];
  }

  get #live(): MainModule {
    if (!this.#module) throw new TinyCNNError('disposed', '[engine] expected a live engine, got one that was disposed');
    return this.#module;
  }

  #makeSession(create: (native: NativeSession) => void): Session {
    const native = new this.#live.Session();
    try {
      create(native);
      const session = new Session(native, this.#threads, this.#wasmUrl, (each) => this.#sessions.delete(each));
      this.#sessions.add(session);
      return session;
    } catch (error) {
      native.delete();
      throw error;
    }
  }

  /** A new run of a network of the zoo or of a spec, at step 0 with the initial weights of its seed or those given as `parameters`. Throws
   * 'invalid-option' or 'invalid-spec' for invalid options or an invalid spec, 'invalid-data' for `parameters` that do not fit it, and
   * 'out-of-memory'; the text names the field or layer, what was expected and what was found. */
  createSession(options: SessionOptions): Session {
    const read = readSession(options, this.#names);
    let { model } = read;
    if (read.classNames) {
      const spec = typeof model === 'string' ? this.zoo.find(({ id }) => id === model)?.spec : model;
      const fitted = spec && withClasses(spec, read.classNames.length);
      if (fitted && fitted !== spec) model = fitted;
    }
    if (typeof model !== 'string') this.describe(model);
    return this.#makeSession((native) => {
      call('invalid-option', () => native.create({ ...read, model }));
      if (read.parameters) call('invalid-data', () => native.setParameters(read.parameters));
    });
  }

  /** A session as it was when `session.save()` returned these bytes: model, class names, options, weights, optimizer state and step. Only
   * the data must be set again; training then continues bit-exactly. Reads checkpoints of this and earlier versions of the package.
   * Throws 'invalid-checkpoint' for anything else. */
  restoreSession(bytes: Uint8Array): Session {
    const read = readBytes(bytes, 'restoreSession', 'invalid-checkpoint');
    return this.#makeSession((native) => call('invalid-checkpoint', () => native.restore(read)));
  }

  /** Reads a network or weights from the bytes of a file, without executing anything of it: ONNX, safetensors, PyTorch's `.pt` weights, JSON
   * of `exportModel`, or a checkpoint (docs/formats.md). Loads a second WebAssembly module the first time. Rejects with 'invalid-option',
   * with 'invalid-spec', with 'invalid-data' for a file that is damaged, unknown, or holds what the engine does not have, and with
   * 'load-failed' if the module cannot be loaded. */
  async importModel(bytes: Uint8Array, options: ImportOptions = {}): Promise<ImportedModel> {
    const given = readOptions(options, 'importModel', 'spec input');
    const file = readBytes(bytes, 'importModel').slice();
    const { importModel } = await import('./import-model.js');
    return importModel(this, file, given, this.#wasmUrl);
  }

  /** Shapes, parameters and multiply-adds of a spec, without allocating it. Throws 'invalid-spec'. */
  describe(spec: ModelSpec): ModelSummary {
    const read = readSpec(spec, this.#names);
    const module = this.#live;
    return call('invalid-spec', () => module.describe(read)) as ModelSummary;
  }

  /** Reads a decompressed IDX file of images. Throws 'invalid-data' for a wrong magic number, or a length that does not
   * match the dimensions. */
  readIdxImages(bytes: Uint8Array): IdxImages {
    return readIdxImages(bytes);
  }

  /** Reads a decompressed IDX file of labels from 0 to `classes - 1` (`classes`: 1 to 256, default 10). Throws
   * 'invalid-data' as `readIdxImages` does, and for a label out of range. */
  readIdxLabels(bytes: Uint8Array, classes = 10): { count: number; labels: Uint8Array } {
    return readIdxLabels(bytes, classes);
  }

  /** The number of the engine's threads that work at present; the others sleep. With 'auto' it is the choice of the session that trained
   * last. */
  get activeThreads(): number {
    return this.#threads.active;
  }

  /** Sets how many of the engine's threads work, from the next call on: 1 to `info.threads`. With `'auto'` each session finds the fastest
   * number by measuring while it trains. May be called between any two calls: results do not depend on the number. */
  setActiveThreads(threads: 'auto' | number): void {
    this.#threads.choose(threads);
  }

  /** Peak floating-point operations per second: a loop of multiplications and additions alone on all active threads, as a reference for
   * the speed of training. Runs for about `seconds`, 0 to 60. */
  measurePeak(seconds = 0.05): number {
    readSeconds(seconds, 'measurePeak');
    const module = this.#live;
    const run = (turns: number) => call('internal', () => module.multiplyAdd(turns)) as { operations: number };
    return steadyRate(seconds, (count) => run(PEAK_TURNS * count).operations);
  }

  /** WebAssembly memory in bytes: `reserved`, which only grows, and `used`, the highest address that the engine has used so far. */
  get memory(): EngineMemory {
    const module = this.#live;
    return call('internal', () => module.memory()) as EngineMemory;
  }

  /** Prepares a drawing (height*width bytes, 0 background to 255 ink) as MNIST's images were: scaled into 20x20 keeping its
   * aspect ratio, anti-aliased, centred by its centre of mass in 28x28. */
  prepareDigit(drawing: Uint8Array | Uint8ClampedArray, height: number, width: number): PreparedDigit {
    return prepareDigit(drawing, height, width);
  }

  /** Renders pen strokes in MNIST's format: scaled into 20x20 with their aspect ratio kept, inked with MNIST's mean thickness (however
   * large they were drawn), anti-aliased, and moved by whole pixels so that the centre of mass is in the middle of 28x28. Strokes without
   * points are ignored. Throws 'invalid-data' for coordinates that are not finite or beyond ±1e9, pressures outside
   * 0..1, more than 100,000 points, and a pen outside its ranges. */
  renderStrokes(strokes: Strokes, pen?: Pen): RenderedStrokes {
    const path = flatten(strokes);
    const read = completePen(pen);
    const module = this.#live;
    const rendering = call('invalid-data', () => module.renderStrokes(path.points, path.ends, read)) as Rendering;
    return toRenderedStrokes(rendering, path);
  }

  /** Digit `index` of `seed` (integers from 0 to 2^53 - 1; default seed 0) as pen strokes; with `label` (0 to 9), that digit in the
   * same handwriting. Throws 'invalid-option'. */
  generateStrokes(options: { seed?: number; index: number; label?: number }): GeneratedDigit {
    const where = 'generateStrokes';
    const { seed = 0, index, label } = readOptions(options, where, 'seed index label');
    readSeed(seed, `${where}.seed`);
    readSeed(index, `${where}.index`);
    if (label !== undefined) readInteger(label, `${where}.label`, 0, GENERATED_CLASSES - 1);
    const module = this.#live;
    return toGeneratedDigit(call('invalid-option', () => module.generateStrokes({ seed, index, label })) as Generated);
  }

  /** Labelled digits `first` (default 0) to `first + count - 1` of `seed` (integers from 0 to 2^53 - 1; default seed 0), synthetic
   * handwriting that needs no data. The same arguments give the same bytes everywhere. `count`: 1 to 100,000, which takes a second or
   * two; for more, or to let other work run in between, call it again with a higher `first`. Throws 'invalid-option'. */
  generateDigits(options: { seed?: number; first?: number; count: number }): LabelledImages {
    const where = 'generateDigits';
    const { seed = 0, first = 0, count } = readOptions(options, where, 'seed first count');
    readSeed(seed, `${where}.seed`);
    if (typeof count === 'number' && count > MAX_GENERATED) {
      const expected = `at most ${MAX_GENERATED} digits in one call (call it again with a higher 'first')`;
      refuse('invalid-option', `${where}.count`, expected, String(count));
    }
    readInteger(count, `${where}.count`, 1, MAX_GENERATED);
    readInteger(first, `${where}.first`, 0, Number.MAX_SAFE_INTEGER - (count as number));
    const module = this.#live;
    return call('invalid-option', () => module.generateDigits({ seed, first, count })) as LabelledImages;
  }

  /** Disposes all of its sessions, ends its threads and releases its memory. Every method then throws 'disposed'. Calling it again does
   * nothing. */
  dispose(): void {
    for (const session of this.#sessions) session.dispose();
    this.#module?.endThreads();
    this.#module = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Loads the WebAssembly build that suits this browser or Node. Rejects with 'unsupported' if none does, and with 'load-failed' if its
 * files cannot be loaded. */
export async function loadEngine(options: EngineOptions = {}): Promise<Engine> {
  return new Engine(await loadModule(options));
}
