// SPDX-License-Identifier: MIT
//
// The WebAssembly builds train to the very bits of the native build: both read the same IDX files, train recipes of the zoo, hash all
// weights and evaluate. Without the native program (npm test builds it) these tests fail.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nativeTrainer, wasmTrainer } from '../../tools/experiments/recipe-runs.mjs';
import { engineWith, fnv1a } from '../support/sessions.mjs';
import { syntheticDigits, toIdxPair } from '../support/synthetic-digits.mjs';

const PROGRAM = fileURLToPath(new URL('../../build/native-release/tests/train_recipe', import.meta.url));

// 1,000 images: epochs of 16 or 32 end with a ragged mini-batch of 8.
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-bits-'));
for (const [name, count, seed] of [
  ['train', 1000, 8],
  ['t10k', 300, 9],
]) {
  const { images, labels } = toIdxPair(syntheticDigits({ count, seed }));
  writeFileSync(join(folder, `${name}-images-idx3-ubyte`), images);
  writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), labels);
}
after(() => rmSync(folder, { recursive: true }));

test('FNV-1a of known texts is the known hash', () => {
  const hash = (text) => fnv1a(new TextEncoder().encode(text)).toString(16);
  assert.deepEqual(['', 'a', 'foobar'].map(hash), ['cbf29ce484222325', 'af63dc4c8601ec8c', '85944171f73967e8']);
});

/** What 1 and 2 threads, natively and in WebAssembly, make of a task. */
async function everyWay(task) {
  const { zoo } = await engineWith(1);
  const entry = zoo.find(({ id }) => id === task.id);
  const recipe = task.kind === 'best' ? entry.bestRecipe : entry.recipe;
  const results = [];
  for (const threads of [1, 2]) {
    const trainers = [
      nativeTrainer({ program: PROGRAM, folder, threads }),
      wasmTrainer({ engine: await engineWith(threads), folder }),
    ];
    for (const trainer of trainers) {
      const { seconds, ...result } = await trainer.train({ seed: 1, ...task, recipe });
      assert.ok(seconds > 0);
      results.push(result);
    }
  }
  return results;
}

for (const [words, task] of [
  ["300 steps of TinyCNN's published recipe", { id: 'tinycnn', kind: 'published', unit: 'steps', count: 300 }],
  ['three epochs of our recipe of it, distorted and averaged', { id: 'tinycnn', kind: 'best', count: 3 }],
  ['an epoch with batch norm, dropout and a cycled momentum', { id: 'residual-8k', kind: 'published', count: 1 }],
  ['a run that diverges', { id: 'conv3-61k', kind: 'published', learningRate: 1e6, unit: 'steps', count: 9 }],
]) {
  test(`natively and in WebAssembly, on 1 and 2 threads, the bits are the same: ${words}`, async (t) => {
    const [one, ...others] = await everyWay(task);
    t.diagnostic(`hash of all weights: ${one.weights}`);
    assert.match(one.weights, /^[0-9a-f]{16}$/);
    assert.equal(one.accuracies.length, task.unit === 'steps' ? 0 : task.count);
    assert.equal(one.divergence !== undefined, task.learningRate !== undefined);
    for (const other of others) assert.deepEqual(other, one);
  });
}

test('the native program says what is wrong with a task', async () => {
  const trainer = nativeTrainer({ program: PROGRAM, folder });
  const task = { id: 'alexnet', kind: 'published', seed: 1, unit: 'steps', count: 1 };
  await assert.rejects(trainer.train(task), /expected a model out of .*tinycnn.*got 'alexnet'/);
});
