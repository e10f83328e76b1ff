#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// tinycnn: trains, tests and converts small convolutional networks in a terminal. verbs.mjs says what it can do.
import { readArguments, requireKnown } from './arguments.mjs';
import { exitCodes, Failure, inWords, UsageError } from './errors.mjs';
import { overview, usageOf } from './help.mjs';
import { Output } from './terminal.mjs';
import { findVerb, verbNames } from './verbs.mjs';

async function version() {
  const { loadEngine } = await import('tinycnn');
  const engine = await loadEngine({ threads: 1 });
  try {
    return engine.info.version;
  } finally {
    engine.dispose();
  }
}

function print(text) {
  process.stdout.write(`${text}\n`);
  return exitCodes.ok;
}

/** @param {string[]} words */
async function run([name, ...args]) {
  if (name === undefined) {
    process.stderr.write(`${overview()}\n`);
    return exitCodes.usage;
  }
  if (['--version', '-V'].includes(name)) return print(await version());
  if (['--help', '-h'].includes(name) || (name === 'help' && args.length === 0)) return print(overview());
  const wanted = name === 'help' ? args[0] : name;
  if (wanted.startsWith('-')) throw new UsageError(`Expected a verb before ${wanted}`, ['tinycnn --help lists them.']);
  requireKnown('verb', wanted, verbNames, ['tinycnn --help lists them.']);
  const verb = findVerb(wanted);
  if (name === 'help' || args.includes('-h')) return print(usageOf(verb));
  const { values, positionals } = readArguments(verb, args);
  if (values.help) return print(usageOf(verb));
  const module = await verb.load();
  return (await module.run({ values, positionals, output: new Output({ json: values.json }) })) ?? exitCodes.ok;
}

/** Errors with a sentence for a person; all others are faults of this program, and keep their stack. */
function explain(error) {
  const lines = (text, advice = []) => [`tinycnn: ${text}`, ...advice.map((line) => `  ${line}`)].join('\n');
  if (error instanceof Failure) return lines(error.message, error.advice);
  if (error.name === 'TinyCNNError' && error.code !== 'internal') return lines(error.message);
  if (typeof error.syscall === 'string') return lines(`${error.path ?? error.syscall}: ${inWords(error)}`);
  return error.stack;
}

const codeOf = (error) =>
  error instanceof UsageError || error.code === 'invalid-option' ? exitCodes.usage : exitCodes.failed;

/** Lets go of what was written before it ends: loaders leave a message channel open, which would keep Node alive. */
async function end(code) {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise((done) => stream.write('', () => done(undefined)));
  }
  process.exit(code);
}

// Whoever read the output has gone, as `head` does.
process.stdout.on('error', (error) => {
  process.exit(/** @type {any} */ (error).code === 'EPIPE' ? exitCodes.ok : exitCodes.failed);
});

try {
  await end(await run(process.argv.slice(2)));
} catch (error) {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  process.stderr.write(`${explain(error)}\n`);
  await end(codeOf(error));
}
