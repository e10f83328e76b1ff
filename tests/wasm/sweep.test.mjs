// SPDX-License-Identifier: MIT
//
// Sweeps: the trials that follow from one, what comes next after which results, and networks that have the same weights whichever engine
// trains them, at once or rung by rung.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { loadEngine } from 'tinycnn';
import {
  dataOf,
  headerLine,
  heatMapOf,
  presets,
  readResults,
  resultLine,
  runTrial,
  SweepProgress,
} from 'tinycnn/sweep';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const base = { model: 'tinycnn', epochs: 1, batchSize: 32, optimizer: { type: 'adam', learningRate: 0.01 } };
const sweepOf = (more) => ({ name: 'test', base, vary: {}, ...more });
const valuesOf = (vary, search) =>
  new SweepProgress(sweepOf({ vary, ...(search && { search }) })).trials.map(({ values }) => values);

/** A result of a job as a sweep sees it. */
const resultOf = ({ trial, rung, epochs }, accuracy, seconds = 1) => ({
  ...{ id: trial.id, rung, epochs, values: trial.values, accuracy, seconds },
  ...{ loss: 1 - accuracy, parameters: 100, macs: 1000, weights: '0123456789abcdef' },
});

/** Takes all jobs there are now. */
function takeAll(progress) {
  const jobs = [];
  for (let job = progress.next(); job !== null; job = progress.next()) jobs.push(job);
  return jobs;
}

describe('the trials of a sweep', () => {
  test('a grid has every combination, the last setting changing first', () => {
    assert.deepEqual(valuesOf({ batchSize: [16, 32], seed: [1, 2, 3] }), [
      { batchSize: 16, seed: 1 },
      { batchSize: 16, seed: 2 },
      { batchSize: 16, seed: 3 },
      { batchSize: 32, seed: 1 },
      { batchSize: 32, seed: 2 },
      { batchSize: 32, seed: 3 },
    ]);
  });

  test('a sweep that varies nothing is one trial', () => {
    assert.deepEqual(valuesOf({}), [{}]);
  });

  test('ranges have their ends, are linear or logarithmic, and integers come once', () => {
    const rates = valuesOf({ 'optimizer.learningRate': { from: 0.0001, to: 0.1, steps: 4, scale: 'log' } });
    assert.deepEqual(
      rates.map((values) => values['optimizer.learningRate']),
      [0.0001, 0.001, 0.01, 0.1],
    );
    const sizes = valuesOf({ batchSize: { from: 1, to: 3, steps: 5, isInteger: true } });
    assert.deepEqual(
      sizes.map(({ batchSize }) => batchSize),
      [1, 2, 3],
    );
  });

  test('a value reaches the setting at its path and leaves the others', () => {
    const { trials } = new SweepProgress(
      sweepOf({ vary: { 'optimizer.learningRate': [0.5], 'augment.degrees': [7] } }),
    );
    assert.deepEqual(trials[0].settings, {
      ...base,
      optimizer: { type: 'adam', learningRate: 0.5 },
      augment: { degrees: 7 },
    });
    assert.equal(base.optimizer.learningRate, 0.01);
  });

  test('a random search follows from its seed and stays in its ranges', () => {
    const vary = { 'optimizer.learningRate': { from: 1e-4, to: 1e-1, scale: 'log' }, batchSize: [8, 16] };
    const drawn = valuesOf(vary, { type: 'random', trials: 200, seed: 3 });
    assert.deepEqual(drawn, valuesOf(vary, { type: 'random', trials: 200, seed: 3 }));
    assert.notDeepEqual(drawn, valuesOf(vary, { type: 'random', trials: 200, seed: 4 }));
    const rates = drawn.map((values) => values['optimizer.learningRate']);
    assert.ok(rates.every((rate) => rate >= 1e-4 && rate <= 1e-1));
    const below = rates.filter((rate) => rate < 10 ** -2.5).length;
    assert.ok(below > 60 && below < 140, `${below} of 200 in the lower half of the range`);
    assert.deepEqual(new Set(drawn.map(({ batchSize }) => batchSize)), new Set([8, 16]));
  });

  test('shards share the trials among them, each once', () => {
    const sweep = sweepOf({ vary: { seed: { from: 1, to: 10, steps: 10, isInteger: true } } });
    const parts = [1, 2, 3].map((index) => new SweepProgress(sweep, { index, of: 3 }).trials.map(({ id }) => id));
    assert.deepEqual(
      parts.flat().sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.deepEqual(
      parts.map(({ length }) => length),
      [4, 3, 3],
    );
  });

  test('each preset is a sweep, and the classic ones have 361 networks', () => {
    for (const preset of presets) assert.ok(new SweepProgress(preset).trials.length > 1, preset.name);
    assert.equal(new SweepProgress(presets.find(({ name }) => name === 'dense-361-sigmoid')).trials.length, 361);
  });
});

describe('a sweep that cannot be', () => {
  const wrong = [
    [sweepOf({ haling: {} }), /did you mean 'halving'/],
    [sweepOf({ vary: { lr: [1] } }), /paths that begin with one of model, epochs/],
    [sweepOf({ vary: { seed: [] } }), /at least one value, got none/],
    [sweepOf({ vary: { seed: { from: 1, to: 2 } } }), /seed'\]\.steps\] expected an integer/],
    [sweepOf({ vary: { seed: { from: 0, to: 2, steps: 2, scale: 'log' } } }), /above 0 for a logarithmic scale/],
    [sweepOf({ vary: { seed: { from: 3, to: 2, steps: 2 } } }), /expected a number from 3/],
    [sweepOf({ base: { ...base, epochs: 0 } }), /base\.epochs\] expected a number above 0/],
    [sweepOf({ base: { ...base, epochs: NaN } }), /base\.epochs/],
    [sweepOf({ validation: 1 }), /from 0 to below 1/],
    [sweepOf({ halving: { firstEpochs: 2 } }), /at most 1 \(base\.epochs\)/],
    [sweepOf({ halving: { firstEpochs: 0.5 }, vary: { epochs: [1, 2] } }), /no epochs with halving/],
    [
      sweepOf({ vary: { seed: { from: 1, to: 99_999, steps: 99_999, isInteger: true }, batchSize: [1, 2] } }),
      /100000 combinations/,
    ],
    [sweepOf({ score: 'loss' }), /sweep\.score/],
    [null, /sweep\] expected an object/],
  ];
  for (const [sweep, text] of wrong) {
    test(`says so: ${text.source}`, () => {
      assert.throws(() => new SweepProgress(sweep), { name: 'TinyCNNError', code: 'invalid-option', message: text });
    });
  }

  test('halving compares all trials, so that it has no shards', () => {
    const sweep = sweepOf({ halving: { firstEpochs: 0.5 } });
    assert.throws(() => new SweepProgress(sweep, { index: 1, of: 2 }), /without halving/);
  });
});

describe('what comes next', () => {
  const nine = sweepOf({
    base: { ...base, epochs: 9 },
    vary: { seed: { from: 1, to: 9, steps: 9, isInteger: true } },
    halving: { firstEpochs: 1, factor: 3 },
  });

  test('a job is handed out once, until it is given back', () => {
    const progress = new SweepProgress(sweepOf({ vary: { seed: [1, 2] } }));
    const [first, second] = takeAll(progress);
    assert.deepEqual([first.trial.id, second.trial.id], [0, 1]);
    assert.equal(progress.next(), null);
    progress.release(first);
    assert.deepEqual(progress.next(), first);
  });

  test('halving trains a third three times as long, and nobody before the rung is complete', () => {
    const progress = new SweepProgress(nine);
    assert.deepEqual(progress.rungs, [1, 3, 9]);
    const first = takeAll(progress);
    assert.equal(first.length, 9);
    for (const job of first.slice(1)) progress.add(resultOf(job, job.trial.id / 10));
    assert.equal(progress.next(), null);
    progress.add(resultOf(first[0], 0.95));
    const second = takeAll(progress);
    assert.deepEqual(
      second.map(({ trial, rung, epochs }) => [trial.id, rung, epochs]),
      [
        [0, 1, 3],
        [7, 1, 3],
        [8, 1, 3],
      ],
    );
    for (const job of second) progress.add(resultOf(job, job.trial.id === 7 ? 0.99 : 0.5));
    const [last, ...others] = takeAll(progress);
    assert.deepEqual([last.trial.id, last.epochs, others.length], [7, 9, 0]);
    assert.equal(progress.isDone, false);
    progress.add(resultOf(last, 0.4));
    assert.equal(progress.isDone, true);
    assert.equal(progress.ranking[0].id, 7); // who got farther is ahead
    assert.deepEqual(progress.work, { done: 21, all: 21 });
  });

  test('among equals the first goes on, so that a sweep is the same in whatever order results come', () => {
    const orders = [
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      [8, 3, 5, 1, 0, 2, 7, 6, 4],
    ].map((order) => {
      const progress = new SweepProgress(nine);
      const jobs = takeAll(progress);
      for (const i of order) progress.add(resultOf(jobs[i], 0.5));
      return takeAll(progress).map(({ trial }) => trial.id);
    });
    assert.deepEqual(orders, [
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test('the score may be accuracy squared over time', () => {
    const progress = new SweepProgress(sweepOf({ vary: { seed: [1, 2] }, score: 'accuracySquaredPerSecond' }));
    const [slow, quick] = takeAll(progress);
    progress.add(resultOf(slow, 0.9, 10));
    progress.add(resultOf(quick, 0.8, 1));
    assert.deepEqual(
      progress.ranking.map(({ id }) => id),
      [1, 0],
    );
  });

  test('results of another sweep are refused, and a second result of a job changes nothing', () => {
    const progress = new SweepProgress(sweepOf({ vary: { seed: [1, 2] } }));
    const [job] = takeAll(progress);
    progress.add(resultOf(job, 0.7));
    progress.add(resultOf(job, 0.1));
    assert.equal(progress.ranking[0].accuracy, 0.7);
    assert.throws(() => progress.add({ ...resultOf(job, 0.1), values: { seed: 7 } }), { code: 'invalid-data' });
    assert.throws(() => progress.add({ ...resultOf(job, 0.1), rung: 3 }), /sweep\.rung/);
  });
});

describe('files of results', () => {
  const progress = new SweepProgress(sweepOf({ vary: { seed: [1, 2] } }));
  const [first, second] = takeAll(progress).map((job) => resultOf(job, 0.5));
  const header = headerLine(progress.sweep);

  test('are read as they were written; two put together count each result', () => {
    const text = header + resultLine(first) + header + resultLine(second) + resultLine(first);
    assert.deepEqual(readResults(progress.sweep, text), [first, second, first]);
  });

  test('lose no more than a last line that was cut off', () => {
    const text = header + resultLine(first) + resultLine(second).slice(0, 20);
    assert.deepEqual(readResults(progress.sweep, text), [first]);
  });

  test('of other settings, or with a broken line inside, say so with the line', () => {
    const other = headerLine(new SweepProgress(sweepOf({ vary: { seed: [1, 3] } })).sweep);
    assert.throws(() => readResults(progress.sweep, other), /line 1\] expected results of 'test' as it is now/);
    assert.throws(() => readResults(progress.sweep, `${header}{"id":\n${resultLine(first)}`), /line 2\] expected JSON/);
    assert.throws(() => readResults(progress.sweep, `${header}[1]\n`), /line 2\] expected a result/);
  });

  test('the order of keys in a sweep does not matter', () => {
    const turned = { vary: { seed: [1, 2] }, base: { ...base }, name: 'test' };
    assert.equal(headerLine(new SweepProgress(turned).sweep), header);
  });
});

test('the heat map has the best score of each pair of the first two settings', () => {
  const progress = new SweepProgress(
    sweepOf({ vary: { batchSize: [16, 32], emaDecay: [0], seed: [1, 2], epochs: [1, 2] } }),
  );
  const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
  for (const [i, job] of takeAll(progress).slice(0, scores.length).entries()) progress.add(resultOf(job, scores[i]));
  const map = heatMapOf(progress.sweep, progress.results);
  assert.deepEqual([map.rows.path, map.columns.path], ['batchSize', 'seed']);
  assert.deepEqual(map.scores, [
    [0.2, 0.4],
    [0.6, null],
  ]);
  assert.equal(heatMapOf(new SweepProgress(sweepOf({ vary: { seed: [1, 2] } })).sweep, []), null);
});

describe('a trial', () => {
  let engines;
  const digits = (count, seed) => {
    const { images, labels } = syntheticDigits({ count, seed });
    return { images, labels, height: 28, width: 28 };
  };
  const [train, others] = [digits(600, 1), digits(200, 2)];
  const dense = sweepOf({
    base: {
      ...base,
      epochs: 2,
      model: { hiddenLayers: 2, neurons: 12, activation: 'relu' },
      schedule: { type: 'oneCycle' },
    },
    vary: { 'model.neurons': [12, 20] },
  });

  before(async () => {
    engines = [await loadEngine({ threads: 1 }), await loadEngine({ threads: 2 })];
  });
  after(() => engines.forEach((engine) => engine.dispose()));

  test('has the same weights on any engine, and is judged by held-out images', async () => {
    const progress = new SweepProgress(dense);
    const data = dataOf(progress.sweep, train, others);
    assert.equal(data.judge.labels.length + data.train.labels.length, 600);
    const job = progress.next();
    const outcomes = [];
    for (const engine of engines) outcomes.push((await runTrial(engine, data, job)).result);
    const [one, two] = outcomes;
    assert.equal(one.weights, two.weights);
    assert.match(one.weights, /^[0-9a-f]{16}$/);
    assert.equal(one.parameters, 784 * 12 + 12 + 12 * 12 + 12 + 120 + 10);
    assert.ok(one.accuracy > 0.3, `${one.accuracy}`);
    assert.equal(one.accuracy, two.accuracy);
  });

  test('trained rung by rung ends as one that was trained at once', async () => {
    const halved = new SweepProgress({ ...dense, halving: { firstEpochs: 0.5, factor: 2 } });
    assert.deepEqual(halved.rungs, [0.5, 1, 2]);
    const data = dataOf(halved.sweep, train, others);
    let kept = {};
    let last;
    for (const [rung, epochs] of halved.rungs.entries()) {
      const { result, checkpoint } = await runTrial(engines[0], data, { trial: halved.trials[1], rung, epochs }, kept);
      assert.ok(result.seconds > (kept.seconds ?? 0));
      kept = { checkpoint, seconds: result.seconds };
      last = result;
    }
    const whole = await runTrial(engines[0], data, { trial: halved.trials[1], rung: 2, epochs: 2 });
    assert.equal(last.weights, whole.result.weights);
    assert.equal(last.accuracy, whole.result.accuracy);
  });

  test('that diverges is a result with its cause, and one whose settings make no network is refused', async () => {
    const wild = { ...base, optimizer: { type: 'sgd', learningRate: 1e6 }, epochs: 2 };
    const progress = new SweepProgress(sweepOf({ base: wild }));
    const data = dataOf(progress.sweep, train, others);
    const { result } = await runTrial(engines[0], data, progress.next());
    assert.equal(result.accuracy, 0);
    assert.equal(result.loss, null);
    assert.ok(result.divergence.length > 0);
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
    const unknown = new SweepProgress(sweepOf({ base: { ...base, model: 'tinycn' } }));
    await assert.rejects(runTrial(engines[0], data, unknown.next()), { name: 'TinyCNNError' });
  });

  test('is stopped by a signal, and leaves the engine as it was', async () => {
    const progress = new SweepProgress(sweepOf({ base: { ...base, epochs: 10_000 } }));
    const data = dataOf(progress.sweep, train, others);
    const stop = new AbortController();
    const running = runTrial(engines[0], data, progress.next(), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await assert.rejects(running, { code: 'aborted' });
    const again = new SweepProgress(dense);
    await runTrial(engines[0], dataOf(again.sweep, train, others), again.next());
  });
});
