// SPDX-License-Identifier: MIT
//
// Training speed beside an earlier build, in one run: both train in turns within each round, because a machine's speed drifts by more than
// a few percent. `--against` names a checkout, or a folder of one (bindings/dist, build/native-release), that was built before.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadEngine } from 'tinycnn';
import { openNative, openPackage } from './environments.mjs';
import { decimal, range, spread, textTable } from './figures.mjs';

const packageEntry = ['bindings', 'dist', 'index.js'];
const nativeEntry = ['build', 'native-release', 'tests', 'tinycnn_bench'];

/** Pairs { name, now, before } of environments, for each of `names` that the earlier build has. Throws if it has none of them. */
async function openPairs(folder, names, data, files) {
  const pairs = [];
  const earlierPackage = join(folder, ...packageEntry);
  if (names.includes('Node') && existsSync(earlierPackage)) {
    const earlier = await import(pathToFileURL(earlierPackage).href);
    const now = await openPackage(loadEngine, data);
    pairs.push({ name: 'Node', now, before: await openPackage(earlier.loadEngine, data) });
  }
  const earlierProgram = join(folder, ...nativeEntry);
  if (names.includes('native') && existsSync(earlierProgram)) {
    pairs.push({ name: 'native', now: openNative(files), before: openNative(files, earlierProgram) });
  }
  if (pairs.length > 0) return pairs;
  throw new Error(
    `--against: expected a built checkout with ${packageEntry.join('/')} or ${nativeEntry.join('/')}, got ${folder}`,
  );
}

/** What the earlier build does not have. */
class NotThere extends Error {}

/** Images a second now, as a share of before: one ratio for each round. Which of the two begins alternates. Throws NotThere for a model
 * that the earlier build does not train. */
export async function ratios({ now, before }, threads, run, { rounds, seconds }) {
  await before.open(threads);
  try {
    await before.prepare(threads, run);
  } catch ({ message }) {
    throw new NotThere(`${run.model} is left out: the earlier build does not train it (${message})`);
  }
  await now.open(threads);
  await now.prepare(threads, run);
  for (const each of [now, before]) await each.train(threads, run, seconds / 2);
  const found = [];
  for (let round = 0; round < rounds; ++round) {
    const rates = new Map();
    for (const each of round % 2 === 0 ? [before, now] : [now, before]) {
      const { images, seconds: taken } = await each.train(threads, run, seconds);
      rates.set(each, images / taken);
    }
    found.push(rates.get(now) / rates.get(before));
  }
  return found;
}

export const geometricMean = (values) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Prints the ratios of every model, environment and number of threads, and their mean. */
export async function compareWith(folder, { environments, data, files, subjects, threads, rounds, seconds, say }) {
  const pairs = await openPairs(resolve(folder), environments, data, files);
  const rows = [];
  const medians = [];
  const compare = async (run, pair, count) => {
    const speed = spread(await ratios(pair, count, run, { rounds, seconds }));
    medians.push(speed.median);
    rows.push({
      model: run.model,
      batch: `${run.batchSize}`,
      environment: pair.name,
      threads: `${count}`,
      'now / before': range(speed, decimal(3)),
    });
  };
  try {
    for (const { run } of subjects) {
      try {
        for (const pair of pairs) {
          for (const count of threads) await compare(run, pair, count);
        }
        say(`${run.model}: done`);
      } catch (error) {
        if (!(error instanceof NotThere)) throw error;
        say(error.message);
      }
    }
  } finally {
    for (const { now, before } of pairs) await Promise.all([now.close(), before.close()]);
  }
  console.log(
    `\nTraining speed now as a share of ${folder}: medians of ${rounds} rounds in turns (min – max)\n\n${textTable(rows)}`,
  );
  console.log(`\nGeometric mean: ${geometricMean(medians).toFixed(3)}`);
}
