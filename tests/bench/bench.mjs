// SPDX-License-Identifier: MIT
//
// Measures kernels, whole training steps and predictions of the zoo's models natively, in Node and in Chromium. Environments take turns
// within each round, since a machine's speed drifts by more than they differ; figures are medians over rounds. Training is compared
// with the peak of multiplications and additions that the same environment reached just before and after.
// `npm run bench -- --help` lists the options.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadEngine, trainingMacs } from 'tinycnn';
import { writeSection } from '../../tools/support/markdown.mjs';
import { readOptions } from '../../tools/support/options.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';
import { compareWith } from './against.mjs';
import { aimsTable, moduleSizes } from './aims.mjs';
import {
  whatFlopsAre,
  layersTable,
  memoryTable,
  predictionTable,
  docsText,
  referenceOf,
  stepsTable,
} from './bench-report.mjs';
import { benchCommand } from './commands.mjs';
import { withDataFiles } from './data-files.mjs';
import { openChromium, openNative, openNode } from './environments.mjs';
import { spread, textTable } from './figures.mjs';
import { measureLayers } from './layers.mjs';
import { availableThreads, choose, describeMachine, machineInWords, positive, positiveIntegers } from './options.mjs';
import { writeReference } from './records.mjs';
import { runOf } from './runs.mjs';

const environments = ['native', 'Node', 'Chromium'];
const peakSeconds = 0.03;
const predictSeconds = 0.1;

const say = (text) => console.error(`  … ${text}`);

async function open(names, data, files) {
  const openers = { native: () => openNative(files), Node: () => openNode(data), Chromium: () => openChromium(data) };
  const environments = [];
  for (const name of names) {
    if (name === 'Chromium' && !process.env.CHROMIUM) {
      say('Chromium is left out: none was found. CHROMIUM=… names one.');
    } else {
      environments.push(await openers[name]());
    }
  }
  return environments;
}

/** One turn of training beside the peak: images a second and the share of the peak. */
async function measureTurn(environment, threads, { run, flops }, seconds) {
  const before = await environment.peak(threads, peakSeconds);
  const { images, seconds: taken, loss } = await environment.train(threads, run, seconds);
  const after = await environment.peak(threads, peakSeconds);
  if (!Number.isFinite(loss)) throw new Error(`${run.model} no longer learns in ${environment.name}: loss ${loss}`);
  const peak = (before + after) / 2;
  return { imagesPerSecond: images / taken, peak, share: (flops * images) / taken / peak };
}

/** Whole training steps: one result for each subject, environment and number of threads. */
async function measureSteps(environments, subjects, { threads, rounds, seconds }) {
  const turns = subjects.flatMap((subject) =>
    environments.flatMap((environment) =>
      threads.map((count) => ({ subject, environment, threads: count, found: [] })),
    ),
  );
  for (const { subject, environment, threads: count } of turns) {
    await environment.prepare(count, subject.run);
    await environment.train(count, subject.run, seconds / 2);
  }
  for (let round = 0; round < rounds; ++round) {
    for (const turn of turns) {
      turn.found.push(await measureTurn(turn.environment, turn.threads, turn.subject, seconds));
    }
    say(`training steps: round ${round + 1} of ${rounds}`);
  }
  return turns.map(({ subject, environment, threads: count, found }) => ({
    ...subject.run,
    flops: subject.flops,
    environment: environment.name,
    threads: count,
    imagesPerSecond: spread(found.map((each) => each.imagesPerSecond)),
    gflops: spread(found.map((each) => (subject.flops * each.imagesPerSecond) / 1e9)),
    peakGflops: spread(found.map((each) => each.peak / 1e9)),
    shareOfPeak: spread(found.map((each) => each.share)),
  }));
}

/** Microseconds of one prediction on one thread, inside the engine and through the package. */
async function measurePredictions(environments, models, rounds) {
  const turns = models.flatMap((model) => environments.map((environment) => ({ model, environment, found: [] })));
  for (let round = -1; round < rounds; ++round) {
    for (const { model, environment, found } of turns) {
      const times = await environment.predict(model, predictSeconds);
      if (round >= 0) found.push(times);
    }
  }
  say('predictions: done');
  const spreadOf = (found, name) => (name in found[0] ? { [name]: spread(found.map((each) => each[name])) } : {});
  return turns.map(({ model, environment, found }) => ({
    model,
    environment: environment.name,
    microseconds: { ...spreadOf(found, 'engine'), ...spreadOf(found, 'package') },
  }));
}

/** Bytes of a session above the data, in the first environment that has the package. */
async function measureMemory(environments, subjects, threads) {
  const environment = environments.find((each) => each.memory);
  const results = [];
  for (const { run } of environment ? subjects : []) {
    const batchSizes = [...new Set([Math.min(run.batchSize, 128), 128])].filter(
      (size) => size > 1 || run.batchSize === 1,
    );
    for (const batchSize of batchSizes) {
      for (const count of threads) {
        results.push({
          ...run,
          batchSize,
          threads: count,
          ...(await environment.memory(count, { ...run, batchSize })),
        });
      }
    }
  }
  say('memory: done');
  return results;
}

async function measure(environments, subjects, options) {
  const models = subjects.map(({ run }) => run.model);
  for (const environment of environments) for (const count of options.threads) await environment.open(count);
  return {
    steps: await measureSteps(environments, subjects, options),
    predictions: await measurePredictions(environments, models, options.rounds),
    layers: options.layers ? await measureLayers(environments, models, options.rounds, say) : [],
    memory: await measureMemory(environments, subjects, options.threads),
  };
}

const tables = [
  ['steps', 'Training steps', (report) => stepsTable(report.steps)],
  ['predictions', 'One prediction, one thread', (report) => predictionTable(report.predictions)],
  ['layers', 'Kernels by layer, one thread, a block of eight images', (report) => layersTable(report.layers)],
  ['memory', 'Memory of a session above its data', (report) => memoryTable(report.memory)],
];

function print(report) {
  for (const [name, title, table] of tables) {
    if (report[name].length > 0) console.log(`\n${title}\n\n${textTable(table(report))}`);
  }
  console.log(`\nAims\n\n${textTable(aimsTable(report))}`);
  const { machine, options } = report;
  const from = options.fromStep ? ` Training from step ${options.fromStep} on.` : '';
  console.log(
    `\nMedians of ${options.rounds} rounds of ${options.seconds} s in turns (min – max).${from} ${whatFlopsAre}`,
  );
  console.log(machineInWords(machine));
}

async function measureIn(names, data, subjects, options) {
  return withDataFiles(data, async (files) => {
    const environments = await open(names, data, files);
    try {
      const measured = await measure(environments, subjects, options);
      return { about: Object.assign({}, ...environments.map(({ about }) => about)), ...measured };
    } finally {
      for (const environment of environments) await environment.close();
    }
  });
}

function chooseOptions(values, zoo) {
  const ids = zoo.map(({ id }) => id);
  const [fromStep] = values['from-step'] ? positiveIntegers(values['from-step'], 'from-step') : [];
  if (fromStep && (values.docs || values.reference)) {
    throw new Error('--from-step: expected neither --docs nor --reference, which are of fresh weights');
  }
  const known = fromStep ? environments.filter((name) => name !== 'native') : environments;
  return {
    fromStep,
    environments: choose(values.environment, known, 'environment'),
    models: choose(values.model, ids, 'model'),
    threads: values.threads ? positiveIntegers(values.threads, 'threads') : availableThreads(),
    rounds: positive(values.rounds, 'rounds'),
    seconds: positive(values.seconds, 'seconds'),
    images: positive(values.images, 'images'),
    layers: values.layers,
  };
}

async function main() {
  const { values } = readOptions(benchCommand.usage, benchCommand.config);
  const engine = await loadEngine({ threads: 1 });
  const options = chooseOptions(values, engine.zoo);
  const subjects = engine.zoo
    .filter(({ id }) => options.models.includes(id))
    .map((entry) => ({
      run: { ...runOf(entry), fromStep: options.fromStep },
      flops: 2 * trainingMacs(engine.describe(entry.spec)),
    }));
  const data = syntheticDigits({ count: options.images });
  if (values.against) {
    return withDataFiles(data, (files) => compareWith(values.against, { ...options, data, files, subjects, say }));
  }
  const machine = describeMachine();
  const { about, ...found } = await measureIn(options.environments, data, subjects, options);
  const report = { machine: { ...machine, ...about }, options, ...found, modules: moduleSizes() };
  print(report);
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.docs) await writeSection('bench', docsText(report));
  if (values.reference) writeReference('bench', referenceOf(report));
}

try {
  await main();
  process.exit(0); // the engines' threads would keep Node alive
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
