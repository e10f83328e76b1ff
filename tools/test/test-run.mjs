// SPDX-License-Identifier: MIT
// Runs suites side by side as far as the cores go, shows each with its counts and time, prints what failed in full, and adds everything up.
import { availableParallelism } from 'node:os';
import { failure, note, step } from '../support/report.mjs';
import { failedResult } from './suites.mjs';

const counts = ({ passed, failed, skipped, unchanged }) =>
  `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}${unchanged ? ', unchanged since' : ''}`;

/**
 * suites: [{ name, needs?, cores?, run(options) }]; broken: Map of build names to their output. A suite whose build is broken has failed;
 * one that throws has, too. A suite takes one core, or `cores` of them; Infinity has the machine for itself. They begin in their order,
 * each as soon as there are cores for it. `record` tells and keeps which have passed as they are: { of(suite), find(suite, hash),
 * keep(suite, hash, result) }. Resolves with the results in the order of the suites.
 */
export async function runSuites(suites, broken, { cores = availableParallelism(), ...options }) {
  const waiting = suites.map((suite, place) => ({ suite, place, takes: Math.min(cores, suite.cores ?? 1) }));
  const results = [];
  const running = new Set();
  let free = cores;
  while (waiting.length > 0 || running.size > 0) {
    while (waiting.length > 0 && waiting[0].takes <= free) {
      const { suite, place, takes } = waiting.shift();
      free -= takes;
      const ended = runSuite(suite, broken, options).then((result) => {
        results[place] = result;
        running.delete(ended);
        free += takes;
      });
      running.add(ended);
    }
    await Promise.race(running);
  }
  return results;
}

async function runSuite(suite, broken, { record = null, ...options }) {
  const job = step(suite.name, 'running');
  const result = broken.has(suite.needs)
    ? failedResult(`${suite.needs} could not be built:\n${broken.get(suite.needs)}\n`)
    : await runUnlessUnchanged(suite, record, { ...options, onProgress: (text) => job.say(`running, ${text}`) });
  job[result.failed > 0 ? 'failed' : 'done'](counts(result));
  if (result.failed > 0) printFailure(suite.name, result.output);
  for (const { name, reason } of result.skipped) note('skipped', `${name}: ${reason}`);
  return { name: suite.name, ...result };
}

/** The hash is taken before the suite runs, so that what changes meanwhile is tested the next time. */
async function runUnlessUnchanged(suite, record, options) {
  const hash = record?.of(suite);
  const before = record?.find(suite, hash);
  if (before) return before;
  const result = await attempt(suite, options);
  record?.keep(suite, hash, result);
  return result;
}

async function attempt(suite, options) {
  try {
    return await suite.run(options);
  } catch (error) {
    return failedResult(String(error.stack ?? error));
  }
}

function printFailure(name, output) {
  const rule = '-'.repeat(100);
  console.log(`${rule}\n${output.trimEnd()}\n${rule}`);
  failure(name, 'failed; its whole output is above');
}

export function totals(results) {
  const sum = (pick) => results.reduce((total, result) => total + pick(result), 0);
  return { passed: sum((r) => r.passed), failed: sum((r) => r.failed), skipped: sum((r) => r.skipped.length) };
}

/** What failed, once more and in short, since the outputs above are long. */
export function failedSuites(results) {
  return results.filter(({ failed }) => failed > 0).map((result) => `${result.name}: ${counts(result)}`);
}

/** How many of the passed were not run again; null if all were. */
export function unchangedLine(results) {
  const unchanged = results.filter((result) => result.unchanged);
  if (unchanged.length === 0) return null;
  const { passed } = totals(unchanged);
  return `${passed} tests of ${unchanged.length} suites passed before, and nothing they depend on has changed; --all runs them again`;
}

/** The last line of npm test: "N passed, N failed", with the skipped ones if there are any. Nothing run is a failure. */
export function closingLine(results) {
  const { passed, failed, skipped } = totals(results);
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

export function exitCode(results) {
  const { passed, failed } = totals(results);
  return failed > 0 || passed === 0 ? 1 : 0;
}
