// SPDX-License-Identifier: MIT
//
// npm run reproduce -- --records without its trainings: which networks it trains, and what its table and notes say.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { timeOf } from '../../tools/experiments/accuracies.mjs';
import { recordNotes, recordRow, records } from '../../tools/experiments/records.mjs';
import { variantsOf } from '../../tools/experiments/recipe-runs.mjs';

const recipe = { title: 'Adam, batch 64', epochs: 30 };
const entry = { id: 'small-1k', parameters: 1_234, recipe, bestRecipe: recipe };
const record = { id: 'small-1k', target: 0.994, published: '7,070' };
const finished = (accuracy, build = 'native') => ({ accuracies: [0.5, accuracy], seconds: 20, build });

test('every record is a network of the zoo with one recipe, named for its parameters', async () => {
  const { zoo } = await loadEngine({ threads: 1 });
  assert.ok(records.length > 0);
  for (const { id, target } of records) {
    const found = zoo.find((each) => each.id === id);
    assert.ok(found, id);
    assert.equal(id.split('-').at(-1), String(found.parameters));
    assert.equal(variantsOf(found).length, 1, 'what is published of it is ours');
    assert.ok(target > 0.9 && target < 1);
  }
});

test('a row says what was to be reached, what was, with how many parameters, and what is published', () => {
  assert.deepEqual(Object.values(recordRow(record, entry, [finished(0.994), finished(0.996)], 2)), [
    ...['99.4 %', 'small-1k', '1,234', '99.50 ± 0.14 %', '99.40 to 99.60 %', '20 s', '7,070'],
  ]);
  assert.equal(recordRow({ ...record, target: 0.98 }, entry, [], 2).target, '98 %');
});

test('runs that are missing, or that diverged, are not passed over', () => {
  const cell = (runs) => recordRow(record, entry, runs, 3)['test accuracy'];
  assert.equal(cell([]), 'not run');
  assert.equal(cell([finished(0.994)]), '99.40 % (1 of 3 seeds)');
  const diverged = { accuracies: [0.9], divergence: { step: 3 }, seconds: 1, build: 'native' };
  assert.equal(cell([finished(0.9), diverged, finished(0.9)]), '60.00 ± 51.96 %');
});

test('the notes say which seeds, recipes and builds', () => {
  const runs = [finished(0.99), finished(0.99, 'WebAssembly')];
  const text = recordNotes([{ entry, runs }], { seeds: 2, machine: 'a machine', trained: 1 });
  assert.match(text, /standard deviation over the seeds 1 to 2 as they come/);
  assert.match(text, /^- small-1k: Adam, batch 64, 30 epochs\.$/m);
  assert.match(text, /2 runs on a machine, 1 of them native and 1 in WebAssembly, .*; 1 are from earlier calls/);
});

test('a run takes as long as the fastest of them, which other work has held up least', () => {
  assert.equal(timeOf([{ seconds: 90 }, { seconds: 20.4 }, { seconds: 35 }]), '20 s');
  assert.equal(timeOf([]), '–');
});
