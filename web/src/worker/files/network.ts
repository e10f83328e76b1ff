// SPDX-License-Identifier: MIT
//
// The network that files are made of: in floating point, as it was taken over, and in 8-bit integers.

import { argmax } from '../../math/argmax';
import { probabilitiesOf } from './answers';
import { compareOn } from './compare';
import { insidesOf } from './insides';
import { pruned } from './prune';
import type { Engine, ExportOptions, QuantizedModel, Session } from 'tinycnn';
import type { LabelledSet } from '../../shared/dataset';
import type {
  Answer,
  Comparison,
  FileCalls,
  Insides,
  MadeFile,
  NetworkCopy,
  NetworkFacts,
  Pruned,
  PruneProgress,
  QuantizedFacts,
} from '../../shared/protocol-files';

const bytesPerWeight = 4;

type Ask = FileCalls['make']['ask'];

/** What each kind of file holds. */
const mediaTypes: Readonly<Record<Ask['kind'], string>> = {
  onnx: 'application/octet-stream',
  safetensors: 'application/octet-stream',
  pytorch: 'text/x-python',
  tflite: 'application/octet-stream',
  c: 'text/x-c',
  json: 'application/json',
  'onnx-int8': 'application/octet-stream',
  'tflite-int8': 'application/octet-stream',
  'c-int8': 'text/x-c',
  checkpoint: 'application/octet-stream',
};

function optionsFor({ kind, input }: Ask, known: { testAccuracy?: number }): ExportOptions | null {
  switch (kind) {
    case 'onnx':
      return { format: kind, input };
    case 'tflite':
      return { format: kind, input };
    case 'c':
      return { format: kind, ...known };
    case 'safetensors':
    case 'pytorch':
    case 'json':
      return { format: kind };
    case 'onnx-int8':
    case 'tflite-int8':
    case 'c-int8':
    case 'checkpoint':
      return null;
  }
}

/** Files that this page reads itself: the network in them is asked. */
const readBack: ReadonlySet<Ask['kind']> = new Set<Ask['kind']>(['onnx', 'safetensors', 'json', 'checkpoint']);

export class Network {
  readonly #session: Session;
  #quantized: Promise<QuantizedModel> | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly copy: NetworkCopy,
    private readonly pixels: Uint8Array,
  ) {
    this.#session = engine.restoreSession(copy.bytes);
    if (copy.calibration !== null) this.#session.setData('train', copy.calibration);
    if (copy.test !== null) this.#session.setData('test', copy.test);
  }

  get session(): Session {
    return this.#session;
  }

  get test(): NetworkCopy['test'] {
    return this.copy.test;
  }

  get facts(): NetworkFacts {
    const { spec, summary, classNames } = this.#session;
    const { parameters, macs } = summary;
    return { name: spec.name, classes: classNames, parameters, macs, answer: this.#session.predict(this.pixels) };
  }

  async make(ask: Ask): Promise<MadeFile> {
    const bytes = await this.#write(ask);
    const answer = await this.#answerOf(ask, bytes);
    return { blob: new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaTypes[ask.kind] }), answer };
  }

  async #write(ask: Ask): Promise<Uint8Array> {
    if (ask.kind === 'checkpoint') return this.copy.bytes;
    const known = ask.testAccuracy === null ? {} : { testAccuracy: ask.testAccuracy };
    const options = optionsFor(ask, known);
    if (options !== null) return this.#session.exportModel(options);
    const quantized = await this.#quantize();
    if (ask.kind === 'onnx-int8') return quantized.exportModel({ format: 'onnx', input: ask.input });
    if (ask.kind === 'tflite-int8') return quantized.exportModel({ format: 'tflite' });
    return quantized.exportModel({ format: 'c', ...known });
  }

  async #answerOf({ kind }: Ask, bytes: Uint8Array): Promise<Answer | null> {
    if (kind.endsWith('int8')) return this.#int8Answer(this.pixels);
    if (!readBack.has(kind)) return null;
    const { spec, parameters, normalize } = await this.engine.importModel(bytes);
    const session = this.engine.createSession({ model: spec, parameters, loss: this.copy.loss, normalize });
    try {
      return session.predict(this.pixels);
    } finally {
      session.dispose();
    }
  }

  get insides(): Insides {
    return insidesOf(this.#session, this.pixels);
  }

  #quantize(): Promise<QuantizedModel> {
    this.#quantized ??= this.#session.quantize();
    return this.#quantized;
  }

  async #int8Answer(pixels: Uint8Array): Promise<Answer> {
    return probabilitiesOf((await this.#quantize()).logits(pixels), this.copy.loss);
  }

  async quantizedFacts(): Promise<QuantizedFacts> {
    const quantized = await this.#quantize();
    const { parameters, macs } = this.#session.summary;
    return {
      bytes: { float: bytesPerWeight * parameters, int8: quantized.bytes },
      macs: { float: macs, int8: quantized.macs },
      answer: await this.#int8Answer(this.pixels),
    };
  }

  /** Tells of each slice what is known so far. */
  async compare(seconds: number, report: (soFar: Comparison) => void): Promise<Comparison> {
    const quantized = await this.#quantize();
    return compareOn(this.#testSet, seconds, report, (first, size, images) => ({
      before: this.#session.evaluateRange('test', first, size).predicted,
      after: quantized.predictBatch(images).map(argmax),
    }));
  }

  /** A smaller network, which has trained on; this one stays as it is. */
  async prune(ask: FileCalls['prune']['ask'], report: (soFar: PruneProgress) => void): Promise<Pruned> {
    const { loss, normalize } = this.copy;
    const from = { session: this.#session, loss, normalize, test: this.#testSet, pixels: this.pixels };
    return pruned(this.engine, from, ask, report);
  }

  get #testSet(): LabelledSet {
    if (this.copy.test === null) throw new Error('There are no test images to compare on: the data are not loaded.');
    return this.copy.test;
  }
}
