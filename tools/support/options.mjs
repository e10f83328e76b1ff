// SPDX-License-Identifier: MIT
// Command-line options of the tools: --help prints how a tool is used, and so does an option that it does not know.
import { parseArgs } from 'node:util';
import { SetupError } from './report.mjs';

/**
 * parseArgs of node:util for `config`, with --help added, which prints `usage` and ends the program. Throws SetupError, with the
 * usage as its advice, for what `config` does not allow.
 * @param {string} usage
 * @param {{ options?: Record<string, any>, allowPositionals?: boolean }} [config]
 * @returns {{ values: Record<string, any>, positionals: string[] }}
 */
export function readOptions(usage, config = {}, args = process.argv.slice(2)) {
  const options = { ...config.options, help: { type: /** @type {const} */ ('boolean'), default: false } };
  let parsed;
  try {
    parsed = parseArgs({ ...config, options, args });
  } catch (error) {
    throw new SetupError(error.message.split(/\. |\n/)[0] + '.', usage.split('\n'));
  }
  if (parsed.values.help) {
    console.log(usage);
    process.exit(0);
  }
  return parsed;
}

/**
 * Those of `known` that an option with `multiple` chose; all of them where it was not given. Throws SetupError for an unknown one.
 * @param {Record<string, any>} values
 * @param {string} name
 * @param {string[]} known
 */
export function chosenOf(values, name, known) {
  const chosen = values[name] ?? known;
  const unknown = chosen.find((each) => !known.includes(each));
  if (unknown === undefined) return known.filter((each) => chosen.includes(each));
  throw new SetupError(`--${name}: expected one of ${known.join(', ')}, got '${unknown}'.`);
}

/** The integer above 0 that an option holds; undefined where it was not given. Throws SetupError for anything else. */
export function positiveInteger(values, name) {
  if (values[name] === undefined) return undefined;
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new SetupError(`--${name}: expected an integer above 0, got '${values[name]}'.`);
}
