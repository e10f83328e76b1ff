// SPDX-License-Identifier: MIT
// tinycnn: trains tiny convolutional networks on the CPU, in the browser and in Node.
//
//   const engine = await loadEngine()
//   const session = engine.createSession({ model: 'tinycnn', seed: 1 })
//   session.setData('train', { images, labels, height: 28, width: 28 })
//   session.trainSteps(1000)

import { checkedClassNames, withClasses } from './classes.js';
import { readIdxImages, readIdxLabels, type IdxImages } from './idx.js';
import { prepareDigit, type PreparedDigit } from './prepare-digit.js';
import { steadyRate } from './steady-rate.js';
import { loadModule, unwrap } from './module.js';
import { Session } from './session.js';
import type { Loaded } from './module.js';
import type { MainModule } from './tinycnn-simd.js';
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
export { holdOut } from './hold-out.js';
export type { HeldOut, HoldOutOptions } from './hold-out.js';
export { looksTransposed, transposeImages } from './orientation.js';
export { trainingMacs } from './training-macs.js';

/** A fraction of a millisecond, so that starting the threads costs little beside it. */
const PEAK_TURNS = 65_536;

export class Engine {
  readonly #module: MainModule;
  readonly info: EngineInfo;
  /** Every named architecture. */
  readonly zoo: ZooEntry[];

  /** @internal */
  constructor({ module, threads, variant }: Loaded) {
    this.#module = module;
    const simd = variant === 'relaxed-threads' ? 'wasm-relaxed-simd' : 'wasm-simd128';
    this.info = { variant, threads, simd, version: module.version() };
    this.zoo = unwrap(module.zoo()) as ZooEntry[];
  }

  /** Throws for options or a spec that make no sense; the text names the field or layer, what was expected and what was found. */
  createSession(options: SessionOptions): Session {
    // JavaScript may call it without options: the session's own check has the words for that.
    const names = (options as SessionOptions | undefined)?.classNames;
    if (names === undefined) return new Session(this.#module, options);
    const classNames = checkedClassNames(names);
    const { model } = options;
    const spec = typeof model === 'string' ? this.zoo.find(({ id }) => id === model)?.spec : model;
    const fitted = spec && withClasses(spec, classNames.length);
    return new Session(this.#module, { ...options, model: fitted === spec ? model : fitted!, classNames });
  }

  /** Shapes, parameters and multiply-adds of a spec, without allocating it. Throws like `createSession`. */
  describe(spec: ModelSpec): ModelSummary {
    return unwrap(this.#module.describe(spec)) as ModelSummary;
  }

  /** Reads a decompressed IDX file of images. Throws for another magic number, or a length other than its dimensions say. */
  readIdxImages(bytes: Uint8Array): IdxImages {
    return readIdxImages(bytes);
  }

  /** Reads a decompressed IDX file of labels from 0 to `classes - 1`. Throws likewise. */
  readIdxLabels(bytes: Uint8Array, classes = 10): { count: number; labels: Uint8Array } {
    return readIdxLabels(bytes, classes);
  }

  /** Floating-point operations a second of the densest loop of multiplications and additions, on all of the engine's threads at once:
   * what training can be compared with. Runs for about `seconds`. */
  measurePeak(seconds = 0.05): number {
    const run = (turns: number) => unwrap(this.#module.multiplyAdd(turns)) as { operations: number };
    return steadyRate(seconds, (count) => run(PEAK_TURNS * count).operations);
  }

  /** WebAssembly memory in bytes: `reserved`, which only grows, and `used`, how far the engine has ever reached into it. */
  get memory(): EngineMemory {
    return unwrap(this.#module.memory()) as EngineMemory;
  }

  /** Prepares a drawing (height*width bytes, 0 background to 255 ink) as MNIST was: fitted into 20x20 keeping its
   * aspect ratio, anti-aliased, centred by its centre of mass in 28x28. */
  prepareDigit(drawing: Uint8Array | Uint8ClampedArray, height: number, width: number): PreparedDigit {
    return prepareDigit(drawing, height, width);
  }

  /** Makes of pen strokes what MNIST's digits are: fitted into 20x20 keeping their aspect ratio, inked by a pen as thick as MNIST's
   * were (however large they were drawn), anti-aliased, moved by whole pixels so that the centre of mass comes to the middle of 28x28.
   * Strokes without points are passed over. Throws for coordinates that are no finite numbers or beyond ±1e9, pressures outside
   * 0..1, and more than 100,000 points. */
  renderStrokes(strokes: Strokes, pen?: Pen): RenderedStrokes {
    const path = flatten(strokes);
    return toRenderedStrokes(
      unwrap(this.#module.renderStrokes(path.points, path.ends, completePen(pen))) as Rendering,
      path,
    );
  }

  /** Digit `index` of `seed` (whole numbers from 0; default seed 0) as pen strokes; with `label`, of that digit in the same hand. */
  generateStrokes(options: { seed?: number; index: number; label?: number }): GeneratedDigit {
    return toGeneratedDigit(unwrap(this.#module.generateStrokes(options)) as Generated);
  }

  /** Labelled digits `first` (default 0) to `first + count - 1` of `seed`, drawn as people write them, without any data: what the
   * same numbers give is the same everywhere. `count`: 1 to 1,000,000. */
  generateDigits(options: { seed?: number; first?: number; count: number }): LabelledImages {
    return unwrap(this.#module.generateDigits(options)) as LabelledImages;
  }
}

/** Loads the WebAssembly build that fits this browser or Node. */
export async function loadEngine(options: EngineOptions = {}): Promise<Engine> {
  return new Engine(await loadModule(options.threads ?? 'auto', options.relaxed ?? false));
}
