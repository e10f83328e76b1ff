// SPDX-License-Identifier: MIT
// The arguments of a verb, by its row in the table of verbs.mjs: what is unknown, missing or of the wrong kind is a UsageError that names it,
// and the nearest known name.
import { parseArgs } from 'node:util';
import { suggestion } from '../src/suggestion.js';
import { UsageError } from './errors.mjs';

/**
 * @typedef {{ name: string, text: string, value?: string, kind?: 'text' | 'integer' | 'number' | 'choice', multiple?: boolean,
 *   min?: number, max?: number, choices?: string[], files?: boolean }} Option `value`: how help names it; a switch has none
 * @typedef {{ name: string, summary: string, about: string[], takes: { name: string, text: string, min: number, max: number, choices?: string[] },
 *   options: Option[], examples: [string, string][], load: () => Promise<{ run: Function }> }} Verb
 */

const seeHelp = (verb) => [`tinycnn ${verb.name} --help says more.`];

/** So few names are all listed. */
const listed = 3;

/** Throws UsageError for a name that is none of `known`. */
export function requireKnown(what, name, known, advice = []) {
  if (known.includes(name)) return;
  const all = `; expected ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}`;
  const hint = known.length > listed && suggestion(name, known) ? suggestion(name, known) : all;
  throw new UsageError(`There is no ${what} '${name}'${hint}`, advice);
}

function numberOf({ name, kind, min, max }, text, verb) {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const isRight = kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (isRight && value >= min && value <= (max ?? Infinity)) return value;
  const range = max === undefined ? `from ${min}` : `from ${min} to ${max}`;
  const noun = kind === 'integer' ? 'an integer' : 'a number';
  throw new UsageError(`--${name}: expected ${noun} ${range}, got '${text}'`, seeHelp(verb));
}

function valueOf(option, text, verb) {
  const { name, kind = 'text', choices } = option;
  if (kind === 'integer' || kind === 'number') return numberOf(option, text, verb);
  if (kind === 'choice' && !choices.includes(text)) {
    const hint = suggestion(text, choices);
    throw new UsageError(`--${name}: expected one of ${choices.join(', ')}, got '${text}'${hint}`, seeHelp(verb));
  }
  return text;
}

const camelCase = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const kebabCase = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function readOption(token, verb, values) {
  const known = verb.options.map(({ name }) => name);
  const advice = seeHelp(verb);
  const option = verb.options.find(({ name }) => name === token.name);
  if (!option) {
    const hint = suggestion(token.name, known.map(camelCase)).replace(/'(.*)'/, (_, name) => `'--${kebabCase(name)}'`);
    throw new UsageError(`tinycnn ${verb.name} has no option '${token.rawName}'${hint}`, advice);
  }
  const { name, value, multiple } = option;
  if (value === undefined) {
    if (token.value !== undefined) throw new UsageError(`--${name} takes no value, got '${token.value}'`, advice);
    values[name] = true;
    return;
  }
  if (token.value === undefined || (!token.inlineValue && /^--[a-z]/.test(token.value))) {
    throw new UsageError(`--${name}: expected ${value} after it, got nothing`, advice);
  }
  const read = valueOf(option, token.value, verb);
  if (multiple) values[name] = [...(values[name] ?? []), read];
  else if (name in values) throw new UsageError(`--${name} was given twice`, advice);
  else values[name] = read;
}

function requireCount(positionals, { takes, ...verb }) {
  const { name, min, max, text, choices } = takes;
  if (positionals.length < min) {
    throw new UsageError(`tinycnn ${verb.name} needs ${name}: ${text}`, seeHelp(verb));
  }
  if (positionals.length > max) {
    const extra = positionals[max];
    const expected = max === 0 ? 'options alone' : `at most ${max}`;
    throw new UsageError(`tinycnn ${verb.name} takes ${expected}, got '${extra}' too`, seeHelp(verb));
  }
  if (choices) for (const each of positionals) requireKnown(name.toLowerCase(), each, choices, seeHelp(verb));
}

/**
 * @param {Verb} verb
 * @param {string[]} args
 * @returns {{ values: Record<string, any>, positionals: string[] }} `values`: of the options that were given
 */
export function readArguments(verb, args) {
  const options = Object.fromEntries(
    verb.options.map(({ name, value, multiple = false }) => [
      name,
      { type: /** @type {'string' | 'boolean'} */ (value === undefined ? 'boolean' : 'string'), multiple },
    ]),
  );
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const values = {};
  const positionals = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') readOption(token, verb, values);
  }
  if (!values.help) requireCount(positionals, verb);
  return { values, positionals };
}
