// SPDX-License-Identifier: MIT
// Copies arguments into plain values before they are used, and reads each property once. Getters and proxies therefore run before the
// engine is called, and cannot change a value after it has been checked.

import { TinyCNNError, type ErrorCode } from './errors.js';
import { MAX_SHOWN, suggestion } from './suggestion.js';

/** Longer than any option that is an array. */
const MAX_OPTION_LENGTH = 17;

/** A value as error texts show it: short, and without calling the value's own code. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    return value === ''
      ? 'an empty string'
      : `the string '${value.slice(0, MAX_SHOWN)}${value.length > MAX_SHOWN ? '…' : ''}'`;
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'object' && value !== null) return `an object (${tagOf(value)})`;
  return typeof value === 'function' ? 'a function' : String(value);
}

const tagOf = (value: object): string => Object.prototype.toString.call(value).slice('[object '.length, -1);

export function refuse(code: ErrorCode, where: string, expected: string, got: string): never {
  throw new TinyCNNError(code, `[${where}] expected ${expected}, got ${got}`);
}

/** Throws for an unknown name, with the nearest known one in the text. */
function refuseName(code: ErrorCode, where: string, name: string, known: readonly string[], any = ''): never {
  const shown = name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
  return refuse(code, where, any + known.join(', '), `'${shown}'${suggestion(name, known)}`);
}

export type Values = Record<string, unknown>;

export function requireObject(
  value: unknown,
  where: string,
  code: ErrorCode = 'invalid-option',
): asserts value is Values {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(code, where, 'an object', show(value));
  }
}

/**
 * The values of `options` under the known names (separated by spaces), each read once; null becomes undefined. Throws if `options` is not
 * an object or has an unknown name.
 */
export function readOptions(
  options: unknown,
  where: string,
  names: string,
  code: ErrorCode = 'invalid-option',
): Values {
  requireObject(options, where, code);
  const known = names.split(' ');
  for (const name of Object.keys(options)) if (!known.includes(name)) refuseName(code, where, name, known);
  const values: Values = {};
  for (const name of known) {
    const value = options[name] ?? undefined;
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const plainScalar = (value: unknown): unknown => (typeof value === 'object' && value !== null ? {} : value);

/** Scalars and short arrays of scalars unchanged; objects, which are never valid here, as `{}`. */
export function plain(value: unknown): unknown {
  if (!Array.isArray(value)) return plainScalar(value);
  return Array.from({ length: Math.min(value.length, MAX_OPTION_LENGTH) }, (_, i) => plainScalar(value[i]));
}

/** One of some names. */
export function readChoice(
  value: unknown,
  where: string,
  names: readonly string[],
  code: ErrorCode = 'invalid-option',
): string {
  if (typeof value !== 'string') refuse(code, where, `one of ${names.join(', ')}`, show(value));
  if (!names.includes(value)) refuseName(code, where, value, names, 'one of ');
  return value;
}

/** Plain values of an object whose `type` decides which other names are allowed. */
export function readTyped(
  options: unknown,
  where: string,
  namesOf: Readonly<Record<string, string>>,
  common: string,
  code: ErrorCode = 'invalid-option',
): Values {
  requireObject(options, where, code);
  const type = readChoice(options.type, `${where}.type`, Object.keys(namesOf), code);
  const names = ['type', common, namesOf[type]].filter(Boolean).join(' ');
  const values = readOptions(options, where, names, code);
  return { ...mapValues(values, plain), type };
}

export const mapValues = (values: Values, change: (value: unknown) => unknown): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

/** Where a number is expected, a number is shown without "the number". */
export const showNumber = (value: unknown): string => (typeof value === 'number' ? String(value) : show(value));

export function readInteger(
  value: unknown,
  where: string,
  min: number,
  max: number,
  code: ErrorCode = 'invalid-option',
): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    refuse(code, where, `an integer from ${min} to ${max}`, showNumber(value));
  }
  return value as number;
}

export function readNumber(value: unknown, where: string, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    refuse('invalid-option', where, `a number from ${min} to ${max}`, showNumber(value));
  }
  return value;
}

/** Seeds are integers from 0 to 2^53 - 1: every one that a JavaScript number holds exactly. */
export const readSeed = (value: unknown, where: string): number =>
  readInteger(value, where, 0, Number.MAX_SAFE_INTEGER);

const BYTES = ['Uint8Array', 'Uint8ClampedArray'];

/** A Uint8Array over the same bytes for byte arrays of any realm (also Buffer and Uint8ClampedArray); undefined for anything else. */
export function asBytes(value: unknown): Uint8Array | undefined {
  if (
    !ArrayBuffer.isView(value) ||
    !BYTES.includes((value as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag])
  ) {
    return undefined;
  }
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

export function readBytes(value: unknown, where: string, code: ErrorCode = 'invalid-data'): Uint8Array {
  return asBytes(value) ?? refuse(code, where, 'a Uint8Array', show(value));
}

/** An array or a typed array. */
export const isArrayOfAnyKind = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);

/** `count` finite numbers from an array or typed array: bytes as they are, anything else as float32. Throws 'invalid-data'. */
export function readNumbers(values: unknown, where: string, count: number, what: string): Uint8Array | Float32Array {
  const given = asBytes(values) ?? values;
  if (!isArrayOfAnyKind(given)) refuse('invalid-data', where, `an array of ${count} ${what}`, show(values));
  if (given.length !== count) refuse('invalid-data', where, `${count} ${what}`, String(given.length));
  if (given instanceof Uint8Array) return given;
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; ++i) {
    const value = given[i];
    numbers[i] = typeof value === 'number' ? value : NaN;
    if (!Number.isFinite(numbers[i]))
      refuse('invalid-data', where, `finite ${what}`, `${showNumber(value)} at position ${i}`);
  }
  return numbers;
}
