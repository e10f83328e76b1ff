// SPDX-License-Identifier: MIT
// Networks from files. They are read by a WebAssembly module of its own, which executes nothing of them.

import { callWith, instantiate, type FormatsModule } from './formats.js';
import { readChoice, refuse, show, type Values } from './read.js';
import type { Engine } from './index.js';
import type { ImportedModel, ModelSpec, NamedTensor } from './types.js';

/** What the module exports, of bindings/imports.cpp. */
interface Imports extends FormatsModule {
  import_file(at: number, size: number, specAt: number, specSize: number, input: number): number;
}

const open = (folder: string | undefined): Promise<Imports> =>
  instantiate(
    folder === undefined ? new URL('./tinycnn-imports.wasm', import.meta.url).href : `${folder}tinycnn-imports.wasm`,
  );

/** In the order of the core's ExportInput. */
const INPUTS: readonly string[] = ['bytes', 'unit'];

/** Bytes of the length of the head, which the result of import_file starts with. */
const LENGTH = 4;

interface Head extends Omit<ImportedModel, 'parameters'> {
  classNames: string[];
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

/** A spec, or that of an id of the zoo, as JSON; empty for undefined. Throws 'invalid-spec'. */
function specText(engine: Engine, spec: unknown): string {
  const where = 'importModel.spec';
  if (spec === undefined) return '';
  const { zoo } = engine;
  const ids = zoo.map(({ id }) => id);
  const known = typeof spec === 'string' ? zoo[ids.indexOf(readChoice(spec, where, ids, 'invalid-spec'))]!.spec : spec;
  let text = 'null';
  try {
    const json: unknown = JSON.stringify(known);
    if (typeof json === 'string') text = json; // it is undefined for a function
  } catch {
    refuse('invalid-spec', where, 'a spec', show(spec));
  }
  engine.describe(JSON.parse(text) as ModelSpec);
  return text;
}

/** What the engine's `importModel` resolves with. */
export async function importModel(
  engine: Engine,
  file: Uint8Array,
  { spec, input = 'bytes' }: Values,
  wasmUrl: string | undefined,
): Promise<ImportedModel> {
  const which = INPUTS.indexOf(readChoice(input, 'importModel.input', INPUTS));
  const text = new TextEncoder().encode(specText(engine, spec));
  const imports = await open(wasmUrl);
  const result = callWith(imports, 'importModel', [file, text], ([at, textAt]) =>
    imports.import_file(at!, file.length, textAt!, text.length, which),
  );
  const buffer = result.buffer as ArrayBuffer;
  const end = LENGTH + new DataView(buffer).getUint32(0, true);
  const { parameters, classNames, ...head } = JSON.parse(
    new TextDecoder().decode(result.subarray(LENGTH, end)),
  ) as Head;
  const values = new Float32Array(buffer, end);
  const imported = { ...head, parameters: cut(values, parameters) };
  return classNames.length > 0 ? { ...imported, classNames } : imported;
}
