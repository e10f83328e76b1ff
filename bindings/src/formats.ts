// SPDX-License-Identifier: MIT
// Files for other programs. They are made by a second WebAssembly module, which knows nothing of training and is loaded with this file when
// it is first needed. Its counterpart is import-model.ts.

import { TinyCNNError, type ErrorCode } from './errors.js';
import { fetchBytes } from './module.js';
import type { Session } from './session.js';
import type { NamedTensor, QuantizedExportOptions } from './types.js';
import { readChoice, readNumber, readOptions, refuse, show, type Values } from './read.js';

/** For each format, in the order of the core's ExportFormat, the options that it alone has, separated by spaces. */
const FORMATS: Readonly<Record<string, string>> = {
  safetensors: '',
  pytorch: '',
  onnx: 'input foldBatchNorm',
  c: 'testAccuracy',
  tflite: 'input',
  json: '',
};
/** In the order of the core's ExportInput. */
const INPUTS: readonly string[] = ['bytes', 'unit', 'normalized'];
const PRECISIONS: readonly string[] = ['float32', 'int8'];
/** The same for quantized networks; the numbers of the formats are those above. */
const INT8_FORMATS: Readonly<Record<string, string>> = { onnx: 'input', c: 'testAccuracy', tflite: '' };
/** What an export ends with, after 0, a file. */
const OUTCOMES: readonly ErrorCode[] = ['invalid-data', 'out-of-memory', 'internal'];

interface ReadExport {
  format: number;
  name: string;
  input: number;
  foldBatchNorm: boolean;
  /** Below 0 where there is none. */
  testAccuracy: number;
}

/** `precision`: of the network; `further`: names of options that the caller reads. */
function readExport(given: Values, precision: string, further = ''): ReadExport {
  const isInt8 = precision === 'int8';
  const where = 'exportModel';
  const format = readChoice(given.format, `${where}.format`, Object.keys(isInt8 ? INT8_FORMATS : FORMATS));
  const own = isInt8 ? INT8_FORMATS[format] : FORMATS[format];
  const names = ['format name precision', own, further].filter(Boolean).join(' ');
  const values = readOptions(given, `${where} as '${format}'${isInt8 ? ' of int8' : ''}`, names);
  const { name = '', input = 'bytes', foldBatchNorm = false, testAccuracy } = values;
  if (typeof name !== 'string') refuse('invalid-option', `${where}.name`, 'a string', show(name));
  if (typeof foldBatchNorm !== 'boolean') {
    refuse('invalid-option', `${where}.foldBatchNorm`, 'true or false', show(foldBatchNorm));
  }
  return {
    format: Object.keys(FORMATS).indexOf(format),
    name,
    input: INPUTS.indexOf(readChoice(input, `${where}.input`, INPUTS)),
    foldBatchNorm,
    testAccuracy: testAccuracy === undefined ? -1 : readNumber(testAccuracy, `${where}.testAccuracy`, 0, 1),
  };
}

/** What the modules of formats export, of bindings/exchange.cpp. */
export interface FormatsModule {
  memory: WebAssembly.Memory;
  _initialize(): void;
  allocate(size: number): number;
  release(at: number): void;
  result_at(): number;
  result_size(): number;
}

/** Of bindings/formats.cpp, pruning.cpp and quantized.cpp. */
export interface Formats extends FormatsModule {
  export_file(
    ...of: [at: number, size: number, nameAt: number, nameSize: number, ...options: (number | boolean)[]]
  ): number;
  prune_channels(at: number, size: number, sparsity: number): number;
  quantization_aware(at: number, size: number, imagesAt: number, count: number): number;
  quantize(at: number, size: number, imagesAt: number, count: number): number;
  predict_quantized(pixelsAt: number, count: number, wanted: number): number;
  evaluate_quantized(imagesAt: number, labelsAt: number, count: number): number;
  export_quantized(nameAt: number, nameSize: number, format: number, input: number, testAccuracy: number): number;
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

async function compile(url: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await fetchBytes(url));
  } catch (error) {
    compiled.delete(url); // the next call tries again
    const text = `[formats] expected ${url} to load, got: ${String(error)}`;
    throw new TinyCNNError('load-failed', text, { cause: error });
  }
}

/** A new instance, whose memory is given back as soon as nobody has it any more. `folder`: of the WebAssembly files, where that is not this
 * one. */
export const open = (folder: string | undefined): Promise<Formats> =>
  instantiate(
    folder === undefined ? new URL('./tinycnn-formats.wasm', import.meta.url).href : `${folder}tinycnn-formats.wasm`,
  );

/** A new instance of the module at `url`. */
export async function instantiate<Module extends FormatsModule>(url: string): Promise<Module> {
  if (!compiled.has(url)) compiled.set(url, compile(url));
  const imports = { env: { emscripten_notify_memory_growth: () => undefined } };
  const { exports } = await WebAssembly.instantiate(await compiled.get(url)!, imports);
  const formats = exports as unknown as Module;
  formats._initialize();
  return formats;
}

function copyIn(formats: FormatsModule, bytes: Uint8Array): number {
  const at = formats.allocate(bytes.length);
  if (at === 0) throw new TinyCNNError('out-of-memory', '[formats] expected enough memory for this, got none');
  new Uint8Array(formats.memory.buffer).set(bytes, at);
  return at;
}

function run(formats: FormatsModule, given: Uint8Array[], use: (at: number[]) => number): Uint8Array {
  const at = given.map((bytes) => copyIn(formats, bytes));
  const outcome = use(at);
  const [from, size] = [formats.result_at(), formats.result_size()];
  const result = new Uint8Array(formats.memory.buffer).slice(from, from + size);
  for (const each of at) formats.release(each);
  if (outcome !== 0) throw new TinyCNNError(OUTCOMES[outcome - 1] ?? 'internal', new TextDecoder().decode(result));
  return result;
}

/** Calls a function of the module with the addresses of these bytes, and returns a copy of its result. `where` names the caller in errors. */
export function callWith(
  formats: FormatsModule,
  where: string,
  given: Uint8Array[],
  use: (at: number[]) => number,
): Uint8Array {
  try {
    return run(formats, given, use);
  } catch (error) {
    if (error instanceof TinyCNNError) throw error;
    throw new TinyCNNError('internal', `[${where}] ${String(error)}`, { cause: error });
  }
}

/** The file of a quantized network, which is in `formats`. */
export function exportQuantized(formats: Formats, given: Values): Uint8Array {
  readChoice(given.precision ?? 'int8', 'exportModel.precision', ['int8']);
  const { format, name, input, testAccuracy } = readExport(given, 'int8');
  const text = new TextEncoder().encode(name);
  return callWith(formats, 'quantized.exportModel', [text], ([at]) =>
    formats.export_quantized(at!, text.length, format, input, testAccuracy),
  );
}

async function quantizeAndExport(session: Session, checkpoint: Uint8Array, given: Values, wasmUrl: string | undefined) {
  readExport(given, 'int8', 'calibration');
  const { calibration, ...rest } = given;
  const { quantize } = await import('./compress.js');
  const model = await quantize(session, checkpoint, { calibration }, wasmUrl);
  return model.exportModel(rest as unknown as QuantizedExportOptions);
}

/** The file that the options of `exportModel` describe, of what `session.save()` returned. */
export async function exportCheckpoint(
  session: Session,
  checkpoint: Uint8Array,
  given: Values,
  wasmUrl: string | undefined,
): Promise<Uint8Array> {
  const precision = readChoice(given.precision ?? 'float32', 'exportModel.precision', PRECISIONS);
  if (precision === 'int8') return quantizeAndExport(session, checkpoint, given, wasmUrl);
  const options = readExport(given, precision);
  const formats = await open(wasmUrl);
  const { format, name, input, foldBatchNorm, testAccuracy } = options;
  const text = new TextEncoder().encode(name);
  return callWith(formats, 'exportModel', [checkpoint, text], ([at, nameAt]) =>
    formats.export_file(
      ...([at!, checkpoint.length, nameAt!, text.length] as const),
      ...[format, input, foldBatchNorm, testAccuracy],
    ),
  );
}

/** Bytes of the length of the head, which the result starts with. */
const LENGTH = 4;

/** The JSON of a network, with names and shapes of its parameters. */
interface Head {
  parameters: { name: string; shape: number[] }[];
}

/** Cuts the values of all parameters into one array for each. */
function cut(values: Float32Array, parameters: Head['parameters']): NamedTensor[] {
  let end = 0;
  return parameters.map(({ name, shape }) => {
    const first = end;
    end += shape.reduce((product, side) => product * side, 1);
    return { name, shape, data: values.slice(first, end) };
  });
}

/** A network from one of the modules, with all that its JSON holds: see bindings/network_result.h. */
export function readNetwork(result: Uint8Array): { parameters: NamedTensor[] } {
  const buffer = result.buffer as ArrayBuffer;
  const end = LENGTH + new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(result.subarray(LENGTH, end))) as Head;
  return { ...head, parameters: cut(new Float32Array(buffer, end), head.parameters) };
}
