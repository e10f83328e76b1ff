// SPDX-License-Identifier: MIT
// A trained network in 8-bit integers. It lives in an instance of the module of formats of its own.

import { readBatch } from './batch.js';
import { disposeSymbol } from './dispose.js';
import { TinyCNNError } from './errors.js';
import { callWith, exportQuantized, open, readNetwork, type Formats } from './formats.js';
import { call } from './native.js';
import { readChoice, readInteger, readNumbers, readOptions, type Values } from './read.js';
import { EVALUATED_AT_ONCE, sumUp } from './results.js';
import type { Session } from './session.js';
import type {
  Evaluation,
  PartialEvaluation,
  Quantization,
  QuantizationAware,
  QuantizedExportOptions,
  QuantizeOptions,
  QuantizedLayer,
  Split,
} from './types.js';

interface Report {
  bytes: number;
  macs: number;
  input: Quantization;
  output: Quantization;
  layers: QuantizedLayer[];
}

/** What predict_quantized returns, in the order of its numbers. */
const WANTED = ['scores', 'logits', 'probabilities'] as const;

const SPLITS: readonly string[] = ['train', 'test', 'validation'];

interface Samples {
  images: Uint8Array;
  labels: Uint8Array;
}

/** A copy of the samples `first` to `first + count - 1` of a split (fewer at its end). Throws 'missing-data' without it. */
function copySamples(session: Session, split: Split, first: number, count: number): Samples {
  const native = session.requireLive();
  return call('invalid-option', () => native.samples(SPLITS.indexOf(split), first, count)) as Samples;
}

/** `count` training images, evenly spread, or all, one after another. */
function copyCalibrationImages(session: Session, count: number): Uint8Array {
  const size = session.sizeOf('train');
  if (size <= count) return copySamples(session, 'train', 0, count).images;
  const images = new Uint8Array(count * pixelsOf(session));
  for (let i = 0; i < count; ++i) {
    images.set(copySamples(session, 'train', Math.floor((i * size) / count), 1).images, i * pixelsOf(session));
  }
  return images;
}

const pixelsOf = (session: Session): number => session.spec.input.reduce((product, side) => product * side);

/** The module takes pixels as float32. */
const toBytes = (pixels: ArrayLike<number>): Uint8Array => new Uint8Array(Float32Array.from(pixels).buffer);

/**
 * A trained network in 8-bit integers, by TensorFlow Lite's rules: weights are symmetric int8, with a scale per output channel (linear
 * layers: one), activations asymmetric int8 with a scale and a zero point per layer, biases int32. Batch norm becomes part of the
 * convolution before it and a ReLU part of what it follows; dropout and a softmax at the end are left out. It computes with integers
 * alone, so its scores are the same on every machine.
 *
 * It is a copy: further training of the session does not change it. Throws 'disposed' after `dispose`.
 */
export class QuantizedModel {
  #formats: Formats | undefined;
  readonly #session: Session;
  /** Of weights, biases, scales and tables. */
  readonly bytes: number;
  /** Multiply-adds of one prediction. */
  readonly macs: number;
  /** Of the normalised input. With the default normalisation, a pixel of p is the integer p - 128. */
  readonly input: Quantization;
  /** Of the scores. */
  readonly output: Quantization;
  /** Every step in the order of execution. */
  readonly layers: readonly QuantizedLayer[];
  /** Names of the classes, in the order of the scores. */
  readonly classNames: readonly string[];

  /** Use `session.quantize`.
   * @internal */
  constructor(session: Session, formats: Formats, { bytes, macs, input, output, layers }: Report) {
    this.#session = session;
    this.#formats = formats;
    this.bytes = bytes;
    this.macs = macs;
    this.input = input;
    this.output = output;
    this.layers = layers;
    this.classNames = session.classNames;
  }

  get #live(): Formats {
    if (!this.#formats) {
      throw new TinyCNNError('disposed', '[quantized] expected a live model, got one that was disposed');
    }
    return this.#formats;
  }

  get #imageSize(): number {
    return pixelsOf(this.#session);
  }

  #run(pixels: ArrayLike<number>, wanted: (typeof WANTED)[number]): Uint8Array {
    const formats = this.#live;
    return callWith(formats, 'quantized', [toBytes(pixels)], ([at]) =>
      formats.predict_quantized(at!, pixels.length, WANTED.indexOf(wanted)),
    );
  }

  #runImage(pixels: unknown, where: string, wanted: (typeof WANTED)[number]): ArrayBuffer {
    return this.#run(readNumbers(pixels, where, this.#imageSize, 'pixels'), wanted).buffer as ArrayBuffer;
  }

  /** The output of the network for one image, as integers: its logits in units of `output.scale`, [classes]. `pixels`: as for
   * `session.predict`. Throws 'invalid-data' for any other length or values. */
  scores(pixels: ArrayLike<number>): Int8Array {
    return new Int8Array(this.#runImage(pixels, 'scores', 'scores'));
  }

  /** `scores` as real numbers. */
  logits(pixels: ArrayLike<number>): Float32Array {
    return new Float32Array(this.#runImage(pixels, 'logits', 'logits'));
  }

  /** Class probabilities of one image, [classes]: the softmax of the logits. */
  predict(pixels: ArrayLike<number>): Float32Array {
    return new Float32Array(this.#runImage(pixels, 'predict', 'probabilities'));
  }

  /** `predict` for many images: an array of images, or one array that holds them one after another. */
  predictBatch(images: readonly ArrayLike<number>[] | ArrayLike<number>): Float32Array[] {
    const predictions: Float32Array[] = [];
    const classes = this.classNames.length;
    for (const part of readBatch(images, this.#imageSize)) {
      const flat = new Float32Array(this.#run(part, 'probabilities').buffer as ArrayBuffer);
      for (let at = 0; at < flat.length; at += classes) predictions.push(flat.slice(at, at + classes));
    }
    return predictions;
  }

  /** Loss (nats) and accuracy (0..1) over a whole split of the session, which must be live. Throws 'missing-data' without the split. */
  evaluate(split: Split): Evaluation {
    return sumUp(this.#evaluationParts(readChoice(split, 'split', SPLITS) as Split));
  }

  *#evaluationParts(split: Split): Generator<Omit<PartialEvaluation, 'predicted'>> {
    const formats = this.#live;
    const classes = this.classNames.length;
    let first = 0;
    do {
      const { images, labels } = copySamples(this.#session, split, first, EVALUATED_AT_ONCE);
      const result = callWith(formats, 'quantized', [images, labels], ([at, labelsAt]) =>
        formats.evaluate_quantized(at!, labelsAt!, labels.length),
      );
      const [lossSum = 0, ...cells] = new Float64Array(result.buffer as ArrayBuffer);
      const confusion = Array.from({ length: classes }, (_, row) => cells.slice(row * classes, (row + 1) * classes));
      const correct = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
      yield { count: labels.length, lossSum, correct, confusion };
      first += EVALUATED_AT_ONCE;
    } while (first < this.#session.sizeOf(split));
  }

  /** The network as the bytes of a file for other programs, which computes the same integers: see `QuantizedExportOptions`. Throws
   * 'invalid-option'. */
  exportModel(options: QuantizedExportOptions): Uint8Array {
    const names = 'format name precision testAccuracy input foldBatchNorm';
    return exportQuantized(this.#live, readOptions(options, 'exportModel', names));
  }

  /** Frees the memory. Calling it again does nothing. */
  dispose(): void {
    this.#formats = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Loads the module of formats and calls one of its functions with a checkpoint and calibration images. */
async function callWithImages(
  session: Session,
  checkpoint: Uint8Array,
  where: 'quantize' | 'quantizationAware',
  { calibration = 200 }: Values,
  wasmUrl: string | undefined,
): Promise<{ formats: Formats; result: Uint8Array }> {
  const images = copyCalibrationImages(session, readInteger(calibration, `${where}.calibration`, 1, 10_000));
  const formats = await open(wasmUrl);
  const name = where === 'quantize' ? 'quantize' : 'quantization_aware';
  const result = callWith(formats, where, [checkpoint, images], ([at, imagesAt]) =>
    formats[name](at!, checkpoint.length, imagesAt!, images.length / pixelsOf(session)),
  );
  return { formats, result };
}

/** What the session's checkpoint holds, as the options of `session.quantizationAware` say. */
export async function quantizationAware(
  session: Session,
  checkpoint: Uint8Array,
  options: QuantizeOptions,
  wasmUrl: string | undefined,
): Promise<QuantizationAware> {
  const given = readOptions(options, 'quantizationAware', 'calibration');
  const { result } = await callWithImages(session, checkpoint, 'quantizationAware', given, wasmUrl);
  return readNetwork(result) as QuantizationAware;
}

/** What the session's checkpoint holds, as the options of `session.quantize` say. */
export async function quantize(
  session: Session,
  checkpoint: Uint8Array,
  options: Values,
  wasmUrl: string | undefined,
): Promise<QuantizedModel> {
  const { formats, result } = await callWithImages(session, checkpoint, 'quantize', options, wasmUrl);
  return new QuantizedModel(session, formats, JSON.parse(new TextDecoder().decode(result)) as Report);
}
