// SPDX-License-Identifier: MIT
// Networks from files. They are read by the module of formats, which executes nothing of them.

import { callWith, open } from './formats.js';
import { readBytes, readChoice, type Values } from './read.js';
import type { ImportedModel, ModelSpec, NamedTensor } from './types.js';

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

/** What the options of `importModel` describe. `spec` has been checked. */
export async function importModel(
  bytes: unknown,
  { input = 'bytes' }: Values,
  spec: ModelSpec | undefined,
  wasmUrl: string | undefined,
): Promise<ImportedModel> {
  const file = readBytes(bytes, 'importModel');
  const which = INPUTS.indexOf(readChoice(input, 'importModel.input', INPUTS));
  const copy = file.slice(); // of the moment of the call
  const text = new TextEncoder().encode(spec ? JSON.stringify(spec) : '');
  const formats = await open(wasmUrl);
  const result = callWith(formats, 'importModel', [copy, text], ([at, textAt]) =>
    formats.import_file(at!, copy.length, textAt!, text.length, which),
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
