// SPDX-License-Identifier: MIT
//
// The benchmark without its measurements: what it trains, its options, its tables, and where it writes them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  layersTable,
  memoryTable,
  predictionTable,
  docsText,
  referenceOf,
  stepsTable,
} from '../bench/bench-report.mjs';
import { geometricMean, ratios } from '../bench/against.mjs';
import { aimsTable } from '../bench/aims.mjs';
import { textTable } from '../bench/figures.mjs';
import { choose, positive, positiveIntegers } from '../bench/options.mjs';
import { allRaces, raceOptions, timesTable } from '../bench/races.mjs';
import { replaceBetweenMarks } from '../../tools/support/markdown.mjs';
import { keyOf, runOf, sessionOptions } from '../bench/runs.mjs';

const same = (value) => ({ median: value, least: value, most: value });

const step = (environment, threads) => ({
  model: 'tinycnn',
  recipe: 'recipe',
  batchSize: 16,
  environment,
  threads,
  imagesPerSecond: { median: 20000, least: 18000, most: 21000 },
  gflops: same(14),
  peakGflops: same(28),
  shareOfPeak: same(0.5),
});

const report = {
  machine: { cpu: 'a processor', cores: 2, load: 0.3, date: '2026-11-20', chromium: '156' },
  options: { rounds: 5, seconds: 0.4 },
  steps: [step('native', 1), step('Chromium', 1), step('Chromium', 2)],
  predictions: [
    { model: 'tinycnn', environment: 'native', microseconds: { engine: same(20) } },
    { model: 'tinycnn', environment: 'Chromium', microseconds: { engine: same(24.24), package: same(40) } },
  ],
  layers: [],
  modules: { 'tinycnn-simd.wasm': 80_000 },
  memory: [{ model: 'tinycnn', batchSize: 16, threads: 1, session: 3 * 2 ** 20, reserved: 16 * 2 ** 20 }],
};

test('each model is trained by its published recipe, but one whose recipe diverges', () => {
  const recipes = { recipe: { batchSize: 64 }, bestRecipe: { batchSize: 32 } };
  assert.deepEqual(runOf({ id: 'lenet5', ...recipes }), { model: 'lenet5', recipe: 'recipe', batchSize: 64 });
  assert.deepEqual(runOf({ id: 'wide-593k', ...recipes }), { model: 'wide-593k', recipe: 'bestRecipe', batchSize: 32 });
});

test("a run's options are its recipe's, but for its batch size", () => {
  const zoo = [{ id: 'm', recipe: { batchSize: 64, emaDecay: 0.9, augment: { degrees: 5 }, loss: { type: 'nll' } } }];
  const run = { model: 'm', recipe: 'recipe', batchSize: 8 };
  const options = sessionOptions(zoo, run);
  assert.deepEqual([options.batchSize, options.emaDecay, options.augment], [8, 0.9, { degrees: 5 }]);
  assert.notEqual(keyOf(run), keyOf({ ...run, batchSize: 64 }));
});

test('options that make no sense are refused by name', () => {
  assert.throws(() => positive('none', 'rounds'), /--rounds: expected a number above 0, got 'none'/);
  assert.throws(() => positiveIntegers('1,2.5', 'threads'), /--threads: expected integers/);
  assert.deepEqual(positiveIntegers('1,4', 'threads'), [1, 4]);
  assert.throws(() => choose(['deno'], ['Node', 'native'], 'environment'), /one of Node, native, got 'deno'/);
  assert.deepEqual(choose(undefined, ['Node', 'native'], 'environment'), ['Node', 'native']);
  assert.deepEqual(choose(['native'], ['Node', 'native'], 'environment'), ['native']);
});

test('figures stand in the tables with their spread and units', () => {
  const [row] = stepsTable(report.steps);
  assert.equal(row['images a second'], '20,000 (18,000 – 21,000)');
  assert.deepEqual([row['GFLOP/s'], row['share of peak']], ['14.0', '50 % (50 % – 50 %)']);
  assert.equal(predictionTable(report.predictions)[0]['through the package, µs'], '');
  assert.equal(memoryTable(report.memory)[0]['session, MB'], '3.0');
  const layer = { name: 'tinycnn conv1 forward', what: 'conv2d', macs: 1000, microseconds: { native: same(0.5) } };
  assert.equal(layersTable([layer])[0]['native, µs an image'], '0.50, 4.0 GFLOP/s');
});

test('a table is aligned under its head', () => {
  assert.equal(
    textTable([
      { model: 'tinycnn', n: '1' },
      { model: 'm', n: '22' },
    ]),
    'model     n\ntinycnn   1\nm         22',
  );
});

test('each aim is beside what was found, and says whether it is reached', () => {
  const rows = aimsTable(report);
  assert.deepEqual(
    rows.map(({ reached }) => reached),
    ['no', 'yes', 'yes', 'yes', 'yes', 'yes'],
  );
  assert.deepEqual([rows[0].found, rows[0].aim], ['50 %', 'at least 85 %']);
  assert.equal(aimsTable({ ...report, steps: [] }).length, rows.length - 1);
});

test('the documentation has one row for each model, with the share of the peak', () => {
  const text = docsText(report).replaceAll(/ +/g, ' ');
  assert.match(text, /\| model \| batch \| native, 1 thread \| Chromium, 1 thread \| Chromium, 2 threads \|/);
  assert.match(text, /\| tinycnn \| 16 \| 20,000 \(50 %\) \| 20,000 \(50 %\) \| 20,000 \(50 %\) \|/);
  assert.match(text, /\| model \| batch \| 1 thread, MB \|[^]*\| tinycnn \| 16 \| 3\.0 \|/);
});

test('the documentation compares the kinds of convolutions where their layers were measured', () => {
  const layer = (name) => ({ name, what: 'conv2d', macs: 1e6, microseconds: { native: same(20), Node: same(40) } });
  const layers = ['sep-3914 depthwise2 backward', 'sep-3914 bn2 forward', 'conv4-21k conv3 forward'].map(layer);
  const text = docsText({ ...report, layers }).replaceAll(/ +/g, ' ');
  assert.match(text, /\| convolution \| of \| direction \| native, GFLOP\/s \| Node, GFLOP\/s \|/);
  assert.match(
    text,
    /\| 3x3, depthwise \| conv2d \| backward \| 100 \| 50 \|\n\| 3x3, dense \| conv2d \| forward \| 100 \| 50 \|\n\n/,
  );
  assert.doesNotMatch(docsText(report), /depthwise/);
});

test("the site's reference figures are those of Chromium, rounded", () => {
  const { steps, predictions, machine } = referenceOf(report);
  assert.deepEqual(
    steps.map(({ threads }) => threads),
    [1, 2],
  );
  assert.deepEqual(predictions, [{ model: 'tinycnn', engine: 24.2, package: 40 }]);
  assert.deepEqual(machine, { cpu: 'a processor', cores: 2, chromium: '156', date: '2026-11-20' });
});

test('figures go between their marks, and nowhere else', () => {
  const text = 'before\n\n<!-- bench:begin -->\n\nold\n\n<!-- bench:end -->\n\nafter';
  const changed = replaceBetweenMarks(text, 'bench', 'new\n');
  assert.equal(changed, 'before\n\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\n\nafter');
  assert.throws(() => replaceBetweenMarks('no marks', 'bench', 'new'), /<!-- bench:begin -->/);
});

test('a race is one cycle over its epochs of MNIST', () => {
  const race = { model: 'm', batchSize: 64, epochs: 2, learningRate: 0.01, labelSmoothing: 0.1, pctStart: 0.2 };
  const { session, steps } = raceOptions(race, 3);
  assert.deepEqual(
    [session.seed, session.schedule.totalSteps, session.loss.labelSmoothing, steps],
    [3, 1876, 0.1, 1876],
  );
});

test('a race says how many seeds reached their goal, what they reached on average, and how long they took', () => {
  const runs = [{ accuracy: 0.979 }, { accuracy: 0.983 }];
  const [row] = timesTable({ races: [{ ...allRaces[0], runs, reached: 1, seconds: same(2.5) }] });
  assert.deepEqual(
    [row.seconds, row['mean accuracy'], row['reached by'], row['test accuracy']],
    ['2.50 (2.50 – 2.50)', '98.10 %', '1 of 2 seeds', '98 %'],
  );
});

test('a model that the earlier build does not train is left out of the comparison, and nothing of it is measured', async () => {
  const measured = [];
  const now = { open: async () => {}, prepare: async () => {}, train: async () => measured.push('now') };
  const before = { ...now, prepare: () => Promise.reject(new Error('unknown model')) };
  const found = ratios({ now, before }, 1, { model: 'newer' }, { rounds: 1, seconds: 1 });
  await assert.rejects(found, /newer is left out: the earlier build does not train it \(unknown model\)/);
  assert.deepEqual(measured, []);
});

test('speed beside an earlier build is measured in turns, and who begins alternates', async () => {
  const log = [];
  const environment = (name, rates) => ({
    open: async () => {},
    prepare: async () => {},
    train: async (_threads, _run, seconds) => {
      log.push(name);
      return { images: rates.shift() * seconds, seconds };
    },
  });
  const pair = { now: environment('now', [1, 110, 90, 121]), before: environment('before', [1, 100, 100, 110]) };
  const found = await ratios(pair, 1, { model: 'tinycnn' }, { rounds: 3, seconds: 2 });
  assert.deepEqual(
    found.map((ratio) => ratio.toFixed(3)),
    ['1.100', '0.900', '1.100'],
  );
  assert.deepEqual(log, ['now', 'before', 'before', 'now', 'now', 'before', 'before', 'now']);
  assert.equal(geometricMean([2, 8]).toFixed(6), '4.000000');
});
