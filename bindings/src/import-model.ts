// SPDX-License-Identifier: MIT
// Networks from files. They are read by a WebAssembly module of its own, which executes nothing of them.

import { callWith, instantiate, readNetwork, type FormatsModule } from './formats.js';
import { readChoice, refuse, show, type Values } from './read.js';
import type { Engine } from './index.js';
import type { ImportedModel, ModelSpec } from './types.js';

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
  const { classNames, ...imported } = readNetwork(result) as ImportedModel & { classNames: string[] };
  return classNames.length > 0 ? { ...imported, classNames } : imported;
}
