// SPDX-License-Identifier: MIT
//
// A network as JSON, in and out. What is wrong with a text is said with its line and column, in the same words in every browser. Pure.

import { isSpec } from '../../shared/own-network';
import type { ModelSpec } from 'tinycnn';

export class TextError extends Error {
  override readonly name = 'TextError';

  constructor(
    message: string,
    /** In the text, from 0; null where no place is meant. */
    readonly at: number | null,
  ) {
    super(message);
  }
}

const fits = 140;

/** Two spaces deep; what fits on a line stands on one. */
export function jsonOf(value: unknown, indent = ''): string {
  const flat = spaced(value);
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || value === null || (indent.length + flat.length <= fits && indent !== ''))
    return flat;
  const inner = `${indent}  `;
  const lines = isList
    ? value.map((each) => `${inner}${jsonOf(each, inner)}`)
    : Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${jsonOf(each, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return fields.length === 0
    ? '{}'
    : `{ ${fields.map(([name, each]) => `${JSON.stringify(name)}: ${spaced(each)}`).join(', ')} }`;
}

const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- JSON allows no control characters in strings
const stringForm = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const wordForm = /true|false|null/y;
const spaceForm = /[ \t\n\r]*/y;

/** Finds the first place that is no JSON. */
class Scanner {
  #at = 0;
  readonly #paths = new Map<string, number>();

  constructor(private readonly text: string) {}

  /** Where each value begins, by its path: "layers[2].kernelSize". */
  scan(): ReadonlyMap<string, number> {
    this.#value('');
    this.#skip();
    if (this.#at < this.text.length) this.#refuse('the end of the text');
    return this.#paths;
  }

  #skip(): void {
    this.#take(spaceForm);
  }

  #take(form: RegExp): string | null {
    form.lastIndex = this.#at;
    const [found] = form.exec(this.text) ?? [];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #refuse(expected: string): never {
    const rest = this.text.slice(this.#at);
    const [word = ''] = /^(?:[\w.+-]{1,20}|[^])/u.exec(rest) ?? [];
    const found = rest === '' ? 'the text ends' : word === '\n' ? 'the line ends' : `there is ${word}`;
    throw new TextError(`${placeIn(this.text, this.#at)}: expected ${expected}, but ${found}.`, this.#at);
  }

  #is(char: string): boolean {
    this.#skip();
    if (this.text[this.#at] !== char) return false;
    ++this.#at;
    return true;
  }

  #value(path: string): void {
    this.#skip();
    this.#paths.set(path, this.#at);
    if (this.#is('{')) this.#object(path);
    else if (this.#is('[')) this.#list(path);
    else if ((this.#take(stringForm) ?? this.#take(numberForm) ?? this.#take(wordForm)) === null) {
      this.#refuse(this.text[this.#at] === '"' ? 'a text that ends with " on the same line' : 'a value');
    }
  }

  #object(path: string): void {
    if (this.#is('}')) return;
    do {
      this.#skip();
      const name = this.#take(stringForm);
      if (name === null) this.#refuse('a name in "');
      if (!this.#is(':')) this.#refuse(':');
      this.#value(`${path === '' ? '' : `${path}.`}${JSON.parse(name) as string}`);
    } while (this.#is(','));
    if (!this.#is('}')) this.#refuse(', or }');
  }

  #list(path: string): void {
    if (this.#is(']')) return;
    let count = 0;
    do this.#value(`${path}[${count++}]`);
    while (this.#is(','));
    if (!this.#is(']')) this.#refuse(', or ]');
  }
}

/** "Line 3, column 7" */
function placeIn(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n');
  return `Line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The path of the first part that no spec can have, and what was expected there. */
function misfit(value: unknown): [path: string, expected: string] | null {
  if (!isObject(value)) return ['', 'an object with name, input and layers'];
  const { name, input, layers, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) return [other, `nothing but name, input and layers, got "${other}"`];
  if (typeof name !== 'string') return ['name', '"name": a text'];
  const isShape = Array.isArray(input) && input.length === 3 && input.every(Number.isInteger);
  if (!isShape) return ['input', '"input": [channels, height, width]'];
  if (!Array.isArray(layers)) return ['layers', '"layers": a list'];
  for (const [i, layer] of (layers as unknown[]).entries()) {
    if (!isObject(layer)) return [`layers[${i}]`, 'a layer: an object with name and type'];
    for (const field of ['name', 'type']) {
      if (typeof layer[field] !== 'string') return [`layers[${i}].${field}`, `"${field}" of layer ${i + 1}: a text`];
    }
    const { from } = layer;
    const isFrom = from === undefined || (Array.isArray(from) && from.every((each) => typeof each === 'string'));
    if (!isFrom) return [`layers[${i}].from`, '"from": a list of names of layers'];
  }
  return null;
}

/** The nearest value in the text at or around a path. */
function placeOf(path: string, paths: ReadonlyMap<string, number>): number {
  for (let each = path; each !== ''; each = each.replace(/(?:^|\.)[^.[]*$|\[\d+\]$/, '')) {
    const at = paths.get(each);
    if (at !== undefined) return at;
  }
  return paths.get('') ?? 0;
}

/** The spec in a text: JSON as the editor writes it, or a JSON file of the export dialog, whose spec it is. Throws a TextError. */
export function specIn(text: string): ModelSpec {
  const paths = new Scanner(text).scan();
  const read = JSON.parse(text) as unknown;
  const isExport = isObject(read) && read.format === 'tinycnn' && isObject(read.spec);
  const spec = isExport ? read.spec : read;
  const wrong = misfit(spec);
  if (wrong === null && isSpec(spec)) return spec;
  const [path, expected] = wrong ?? ['', 'a spec'];
  const at = placeOf(isExport ? `spec.${path}` : path, paths);
  throw new TextError(`${placeIn(text, at)}: expected ${expected}.`, at);
}
