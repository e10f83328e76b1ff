// SPDX-License-Identifier: MIT
//
// npm run reproduce without its trainings: which runs it makes, which it takes from earlier, what it writes and where.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { markdownTable } from '../../tools/support/markdown.mjs';
import { KeptRuns, readLine, variantsOf } from '../../tools/experiments/recipe-runs.mjs';
import { meanAndDeviation, tableSeeds } from '../../tools/experiments/accuracies.mjs';
import { earlier, notes, reached, rowOf } from '../../tools/experiments/reproduction.mjs';
import { temporaryFolder } from './support.mjs';

const recipe = (title, learningRate) => ({ title, epochs: 2, batchSize: 16, optimizer: { type: 'sgd', learningRate } });
const zooEntry = {
  ...{ id: 'small', parameters: 12_345, published: '98 %', spec: { name: 'small', layers: [] } },
  ...{ recipe: recipe('As published', 0.1), bestRecipe: recipe('Ours', 0.2) },
};
const finished = (...accuracies) => ({ accuracies, seconds: 10, build: 'native' });
const diverged = (step) => ({ accuracies: [], divergence: { step }, seconds: 1, build: 'native' });

/** A trainer that counts what it is asked for; `arithmetic` stands for what it does with numbers. */
function fakeTrainer() {
  const trainer = { build: 'native', threads: 1, arithmetic: 'a', trained: [] };
  trainer.train = async (task) => {
    if (task.unit !== 'steps') trainer.trained.push(`${task.id} ${task.kind} ${task.seed}`);
    return { accuracies: [0.5, 0.9], weights: trainer.arithmetic, probe: { lossSum: 1, correct: 2 }, seconds: 3 };
  };
  return trainer;
}

const taskOf = (entry, seed = 1) => ({ ...variantsOf(entry)[0], id: entry.id, spec: entry.spec, seed, count: 2 });

test('a model is trained with its published recipe, at every published rate, and with ours where that is another', () => {
  assert.deepEqual(
    variantsOf(zooEntry).map(({ kind, recipe: { title } }) => [kind, title]),
    [
      ['published', 'As published'],
      ['best', 'Ours'],
    ],
  );
  const same = { ...zooEntry, bestRecipe: { ...zooEntry.recipe, title: 'Recommended' } };
  assert.equal(variantsOf(same).length, 1);
  assert.deepEqual(
    variantsOf({ ...zooEntry, id: 'wide-593k' }).map(({ learningRate }) => learningRate),
    [undefined, 1, undefined],
  );
});

test('a finished run is kept, and found by a later call', async (t) => {
  const folder = join(temporaryFolder(t), 'runs');
  const trainer = fakeTrainer();
  assert.equal(await new KeptRuns(folder, trainer).find(taskOf(zooEntry)), null);
  const run = await new KeptRuns(folder, trainer).train(taskOf(zooEntry));
  assert.deepEqual(run.accuracies, [0.5, 0.9]);
  const found = await new KeptRuns(folder, fakeTrainer()).find(taskOf(zooEntry));
  assert.deepEqual(found, run);
  assert.equal(await new KeptRuns(folder, trainer).find(taskOf(zooEntry, 2)), null);
  assert.deepEqual(trainer.trained, ['small published 1']);
});

test('a kept run no longer counts once the recipe, the spec or the arithmetic has changed; its title may', async (t) => {
  const folder = temporaryFolder(t);
  await new KeptRuns(folder, fakeTrainer()).train(taskOf(zooEntry));
  const found = (entry, trainer = fakeTrainer()) => new KeptRuns(folder, trainer).find(taskOf(entry));
  assert.ok(await found({ ...zooEntry, recipe: { ...zooEntry.recipe, title: 'Another title' } }));
  assert.equal(await found({ ...zooEntry, recipe: recipe('As published', 0.3) }), null);
  assert.equal(await found({ ...zooEntry, spec: { name: 'small', layers: [{ name: 'a', type: 'relu' }] } }), null);
  assert.equal(await found(zooEntry, Object.assign(fakeTrainer(), { arithmetic: 'b' })), null);
});

test('a run that was broken off leaves nothing behind', async (t) => {
  const folder = temporaryFolder(t);
  const trainer = fakeTrainer();
  const { train } = trainer;
  trainer.train = (task) => (task.unit === 'steps' ? train(task) : Promise.reject(new Error('broken off')));
  await assert.rejects(new KeptRuns(folder, trainer).train(taskOf(zooEntry)), /broken off/);
  assert.equal(await new KeptRuns(folder, fakeTrainer()).find(taskOf(zooEntry)), null);
});

test("the native program's lines become a run", () => {
  const result = { accuracies: [] };
  const progress = [];
  for (const line of [
    'step\t10\t20',
    'epoch\t1\t0.25\t0.95',
    'step\t12\t20',
    'diverged\t12\tToo fast.\tSlow down.',
    'end\t00ff00ff00ff00ff\t12.5\t200',
  ]) {
    readLine(result, line, ({ step, last }) => progress.push([step, last]));
  }
  assert.deepEqual(progress, [
    [10, 20],
    [12, 20],
  ]);
  assert.deepEqual(result, {
    accuracies: [0.95],
    divergence: { step: 12, cause: 'Too fast.', cure: 'Slow down.' },
    weights: '00ff00ff00ff00ff',
    probe: { lossSum: 12.5, correct: 200 },
  });
});

test('mean and standard deviation are those of a sample', () => {
  assert.equal(tableSeeds, 10);
  assert.equal(meanAndDeviation([]), 'not run');
  assert.equal(meanAndDeviation([0.99]), '99.00 %');
  assert.equal(meanAndDeviation([0.98, 0.99, 0.997]), '98.90 ± 0.85 %');
});

test('what runs came to says which diverged, and which are missing', () => {
  assert.equal(reached([finished(0.9, 0.98), finished(0.9, 0.99)], 2), '98.50 ± 0.71 %');
  assert.equal(reached([diverged(2), diverged(2)], 2), 'diverges at step 2');
  assert.equal(reached([diverged(9), diverged(4)], 2), 'diverges at steps 4 to 9');
  assert.equal(reached([finished(0.98), diverged(4)], 3), '98.00 % diverges at step 4 (1 of 2 seeds) (2 of 3 seeds)');
  assert.equal(reached([], 3), 'not run');
});

test('a row tells published rates apart, and shows one recipe twice where ours is no other', () => {
  const [published, best] = variantsOf(zooEntry);
  const own = { variant: published, runs: [finished(0.98)] };
  const row = rowOf(zooEntry, [own, { variant: best, runs: [finished(0.99)] }], 1);
  assert.deepEqual(Object.values(row), ['small', '12,345', '98 %', '98.00 %', '99.00 %', '10 s / 10 s']);
  assert.equal(rowOf(zooEntry, [own], 1)['our recipe reaches'], '98.00 %');
  const wide = { ...zooEntry, id: 'wide-593k' };
  const runs = [[diverged(2)], [diverged(5)], [finished(0.97)]];
  const results = variantsOf(wide).map((variant, i) => ({ variant, runs: runs[i] }));
  const cells = rowOf(wide, results, 1);
  assert.equal(cells['its recipe reaches'], 'rate 0.1: diverges at step 2; rate 1: diverges at step 5');
  assert.equal(cells['our recipe reaches'], '97.00 %');
});

test('a table has columns of one width', () => {
  assert.equal(
    markdownTable([
      { a: '1', model: 'x' },
      { a: '12,345', model: 'yy' },
    ]),
    ['| a      | model |', '| ------ | ----- |', '| 1      | x     |', '| 12,345 | yy    |'].join('\n'),
  );
});

test('the notes say which seeds, recipes and builds', () => {
  const results = variantsOf(zooEntry).map((variant) => ({ variant, runs: [finished(0.98), finished(0.99)] }));
  const text = notes([{ entry: zooEntry, results }], { seeds: 2, machine: 'a machine', runCount: 4, keptCount: 1 });
  assert.match(text, /mean ± standard deviation over the seeds 1 to 2 as they come/);
  assert.match(text, /^- small: As published, 2 epochs\. Ours: Ours, 2 epochs\.$/m);
  assert.match(text, /4 runs on a machine, 4 of them native and 0 in WebAssembly/);
  assert.match(text, /1 are from earlier calls/);
});

test('figures after some epochs stand beside a publication that gives them, as far as the runs went', () => {
  const entry = { ...zooEntry, id: 'bn-gap-12k' };
  const lines = (epochs) => {
    const runs = [0.95, 0.96].map((accuracy) => finished(...Array(epochs).fill(accuracy)));
    const results = [{ variant: variantsOf(entry)[0], runs }];
    return notes([{ entry, results }], { seeds: 2, machine: 'a machine', runCount: 2, keptCount: 0 });
  };
  assert.match(lines(20), /after epochs 1, 5, 10, 15, 20: 95\.50, 95\.50, 95\.50, 95\.50, 95\.50 %\./);
  assert.match(lines(6), /after epochs 1, 5: 95\.50, 95\.50 %\./);
});

test('the row of a model that has not been run stands as an earlier call has written it, and that is said', () => {
  const [variant] = variantsOf(zooEntry);
  const results = [{ variant, runs: [finished(0.98)] }];
  const options = { seeds: 1, machine: 'a machine', runCount: 1, keptCount: 0 };
  const section = `${markdownTable([rowOf(zooEntry, results, 1)])}\n\n${notes([{ entry: zooEntry, results }], options)}`;
  const before = earlier(section, 'small');
  assert.deepEqual(before, {
    row: rowOf(zooEntry, results, 1),
    words: ['- small: As published, 2 epochs. Ours: the same.'],
  });
  assert.equal(earlier(section, 'large'), null);
  const large = { ...zooEntry, id: 'large' };
  const text = notes([before, { entry: large, results }], options);
  assert.match(text, /^- small: .*\n- large: /m);
  assert.match(text, /1 runs on a machine, .* The rows of small stand as an earlier call has written them\.$/);
  assert.doesNotMatch(notes([{ entry: large, results }], options), /The rows of/);
});
