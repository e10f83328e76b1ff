// SPDX-License-Identifier: MIT
// The guard against slower code: how many instructions some training steps take, counted by valgrind, against a committed figure.
// Unlike time, the count hardly depends on the machine: the vectors are those of every x86-64, the thread is one, the images are made
// up. It does depend on the compiler, so figures count for one major version of Clang.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../support/paths.mjs';
import { findCommand, lastLines, run } from '../support/processes.mjs';

const steps = 20;
const runs = [
  { model: 'tinycnn', batchSize: 16, recipe: 'published' },
  { model: 'bn-gap-12k', batchSize: 32, recipe: 'published' },
  // with augmentation and an average of the weights
  { model: 'tinycnn', batchSize: 32, recipe: 'best' },
];
/** A count may be this much above its figure. */
const tolerance = 0.05;
const figures = inRoot('tests', 'bench', 'instructions.json');
const renew = 'npm run bench:instructions -- --write';

export const countedPreset = 'native-baseline';
export const countedTarget = 'counted_steps';
const program = inRoot('build', countedPreset, 'tests', countedTarget);

/** Why nothing can be counted on this machine, in words; null where it can. */
export function whyUncountable(arch = process.arch, hasValgrind = Boolean(findCommand('valgrind'))) {
  if (arch !== 'x64') return `instructions are counted on x86-64 alone; this is ${arch}`;
  return hasValgrind ? null : 'there is no valgrind on this machine (apt-get install valgrind)';
}

/** The figure of callgrind's summary; null if it never came. */
export function parseCount(output) {
  const match = /Collected\s*:\s*(\d+)/.exec(output);
  return match && Number(match[1]);
}

const nameOf = ({ model, recipe }) => (recipe === 'best' ? `${model} by its best recipe` : model);

/** { ok, text } of a count against its figure. */
export function judge(run, count, figure) {
  const name = nameOf(run);
  if (figure === undefined) return { ok: false, text: `${name} has no figure yet. ${renew} writes one.` };
  const percent = (100 * (count / figure - 1)).toFixed(1);
  const change =
    Number(percent) === 0 ? 'as committed' : `${percent.replace('-', '')} % ${Number(percent) > 0 ? 'more' : 'less'}`;
  const text =
    `${name}, ${steps} steps of batch ${run.batchSize}: ${count.toLocaleString('en')} instructions, ` +
    `${change}${Number(percent) === 0 ? '' : ` than the committed ${figure.toLocaleString('en')}`}.`;
  if (count <= figure * (1 + tolerance)) return { ok: true, text };
  return {
    ok: false,
    text: `${text}\nMore than ${100 * tolerance} % is too much. If it buys something that is worth it, renew the figures: ${renew}`,
  };
}

async function compilerName(env) {
  const { output } = await run(env.CXX, ['--version'], { env: { ...process.env, ...env } });
  const match = /(clang|gcc|g\+\+)\D* (\d+)\./i.exec(output);
  return match ? `${match[1].toLowerCase()} ${match[2]}` : output.split('\n')[0];
}

async function count({ model, batchSize, recipe }, { env, timeoutSeconds }) {
  const args = ['--tool=callgrind', '--toggle-collect=count_these', '--callgrind-out-file=/dev/null'];
  const result = await run('valgrind', [...args, program, model, `${batchSize}`, `${steps}`, recipe], {
    env,
    timeoutSeconds,
  });
  const found = result.code === 0 ? parseCount(result.output) : null;
  if (found === null) throw new Error(`valgrind did not count ${model}:\n${lastLines(result.output).join('\n')}`);
  return found;
}

/** { compiler, instructions: { model: count } } of this checkout's build. */
export async function countInstructions(options) {
  const [compiler, ...counts] = await Promise.all([
    compilerName(options.env),
    ...runs.map((each) => count(each, options)),
  ]);
  return { compiler, instructions: Object.fromEntries(runs.map((each, i) => [nameOf(each), counts[i]])) };
}

const committedFigures = () => (existsSync(figures) ? JSON.parse(readFileSync(figures, 'utf8')) : null);

export function writeFigures(counted) {
  writeFileSync(figures, `${JSON.stringify(counted, null, 2)}\n`);
}

/** One line for each model, in words, whether all hold, and why nothing could be compared, if so. */
export async function compareInstructions(options) {
  const counted = await countInstructions(options);
  const committed = committedFigures();
  if (committed !== null && committed.compiler !== counted.compiler) {
    return { skip: `the figures were made with ${committed.compiler}, and this is ${counted.compiler}` };
  }
  const verdicts = runs.map((each) =>
    judge(each, counted.instructions[nameOf(each)], committed?.instructions[nameOf(each)]),
  );
  return { verdicts, counted };
}

/** The suite of npm test. */
export async function runInstructionGuard(options) {
  const why = whyUncountable();
  const { skip, verdicts } = why ? { skip: why } : await compareInstructions(options);
  if (skip) return { passed: 0, failed: 0, skipped: [{ name: 'instruction counts', reason: skip }], output: '' };
  const failed = verdicts.filter(({ ok }) => !ok);
  return {
    passed: verdicts.length - failed.length,
    failed: failed.length,
    skipped: [],
    output: failed.map(({ text }) => text).join('\n'),
  };
}
