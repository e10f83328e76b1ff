// SPDX-License-Identifier: MIT
//
// The engine as a package in Node: which build is loaded, what it says about itself, the zoo, and models described without a session.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { engineWith, SMALL_SPEC, weightsHash } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

test('loadEngine with 1 thread gives one thread', async () => {
  const { info } = await engineWith(1);
  assert.equal(info.threads, 1);
});

test('loadEngine with 2 threads gives the threaded build and two threads', async () => {
  const { info } = await engineWith(2);
  assert.equal(info.threads, 2);
  assert.equal(info.variant, 'simd-threads');
});

test('loadEngine by itself uses threads in Node, at most four', async () => {
  const { info } = await loadEngine();
  assert.equal(info.variant, 'simd-threads');
  assert.ok(info.threads >= 1 && info.threads <= 4, `threads: ${info.threads}`);
});

for (const threads of [0, -1, 1.5, NaN, 1e9, 'many']) {
  test(`loadEngine refuses ${JSON.stringify(threads)} (${String(threads)}) as a number of threads`, async () => {
    await assert.rejects(loadEngine({ threads }), /threads.*expected|expected.*threads/);
  });
}

test('info names the variant, the SIMD instruction set and the package version', async () => {
  const { info } = await engineWith(1);
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url)));
  assert.match(info.variant, /^simd(-threads)?$/);
  assert.ok(info.simd.length > 0);
  assert.equal(info.version, manifest.version);
});

test('the zoo has TinyCNN with 18,982 parameters', async () => {
  const { zoo } = await engineWith(1);
  const tinycnn = zoo.find(({ id }) => id === 'tinycnn');
  assert.equal(tinycnn.parameters, 18982);
  assert.deepEqual(tinycnn.spec.input, [1, 28, 28]);
  assert.deepEqual(
    tinycnn.spec.layers.map(({ name, type }) => `${name} ${type}`),
    ['conv1 conv2d', 'relu1 relu', 'conv2 conv2d', 'relu2 relu', 'pool maxPool2d'].concat([
      'flatten flatten',
      'fc1 linear',
      'relu3 relu',
      'fc2 linear',
    ]),
  );
});

test("every zoo entry's counts are what describe derives from its spec, and its text is there", async () => {
  const engine = await engineWith(1);
  const { zoo } = engine;
  assert.ok(zoo.length > 0);
  assert.equal(new Set(zoo.map(({ id }) => id)).size, zoo.length, 'ids are unique');
  for (const entry of zoo) {
    const { parameters, macs } = engine.describe(entry.spec);
    assert.deepEqual({ parameters, macs }, { parameters: entry.parameters, macs: entry.macs }, entry.id);
    for (const text of [entry.title, entry.source, entry.published]) assert.ok(text.length > 0, entry.id);
  }
});

test("TinyCNN's published recipe is Adam 1e-3 at batch 16, normalised by .1307 and .3081", async () => {
  const { zoo } = await engineWith(1);
  const { recipe } = zoo.find(({ id }) => id === 'tinycnn');
  assert.equal(recipe.batchSize, 16);
  assert.equal(recipe.optimizer.type, 'adam');
  assert.ok(Math.abs(recipe.optimizer.learningRate - 1e-3) < 1e-9);
  assert.ok(Math.abs(recipe.normalize.mean - 0.1307) < 1e-6 && Math.abs(recipe.normalize.std - 0.3081) < 1e-6);
});

/** All options of a recipe; batches as small as they may be, so that networks of 500 samples a batch take their steps here too. */
const small = (recipe) => ({ ...recipe, batchSize: Math.min(recipe.batchSize, 16) });

test('every zoo entry trains with all options of its own two recipes', async () => {
  const engine = await engineWith(1);
  const data = syntheticDigits({ count: 64 });
  for (const { id, recipe, bestRecipe } of engine.zoo) {
    for (const each of [recipe, bestRecipe]) {
      const session = engine.createSession({ ...small(each), model: id });
      session.setData('train', data);
      const { step, loss, learningRate } = session.trainSteps(2);
      assert.equal(step, 2, id);
      assert.ok(Number.isFinite(loss) && learningRate > 0, id);
      const changes = (options) =>
        differs(session, engine.createSession({ ...small(each), ...options, model: id }), data);
      assert.equal(changes({}), false, `${id}: the same options, the same weights`);
      assert.equal(changes({ augment: undefined }), each.augment !== undefined, `${id}: its augmentation takes part`);
      assert.equal(averages(session), each.emaDecay > 0, `${id}: its average takes part`);
      session.dispose();
    }
  }
});

/** Whether two steps on the same data lead to other weights. */
function differs(trained, fresh, data) {
  fresh.setData('train', data);
  fresh.trainSteps(2);
  const differ = weightsHash(fresh) !== weightsHash(trained);
  fresh.dispose();
  return differ;
}

/** Whether it evaluates by other weights than it trains. */
function averages(session) {
  const [trained, evaluated] = [false, true].map((averaged) =>
    session.parameters({ averaged }).map(({ data }) => data),
  );
  return trained.some((values, i) => values.some((value, k) => value !== evaluated[i][k]));
}

test('describe gives shapes, sources and counts of every layer', async () => {
  const engine = await engineWith(1);
  const { layers, parameters, macs } = engine.describe(SMALL_SPEC);
  const table = layers.map(({ name, type, from, shape, parameters: own, macs: work }) => [
    name,
    type,
    from,
    [...shape],
    own,
    work,
  ]);
  assert.deepEqual(table, [
    ['conv', 'conv2d', ['input'], [3, 12, 12], 3 * 25 + 3, 25 * 3 * 144],
    ['relu', 'relu', ['conv'], [3, 12, 12], 0, 0],
    ['pool', 'maxPool2d', ['relu'], [3, 5, 5], 0, 0],
    ['flatten', 'flatten', ['pool'], [75, 1, 1], 0, 0],
    ['fc', 'linear', ['flatten'], [10, 1, 1], 760, 750],
  ]);
  assert.equal(parameters, 838);
  assert.equal(macs, 25 * 3 * 144 + 750);
});

test('describe follows `from`', async () => {
  const engine = await engineWith(1);
  const layers = [
    { name: 'unused', type: 'conv2d', outChannels: 2, kernelSize: 3 },
    { name: 'flatten', type: 'flatten', from: ['input'] },
    { name: 'fc', type: 'linear', outFeatures: 10 },
  ];
  const summary = engine.describe({ name: 'from', input: [1, 28, 28], layers });
  assert.deepEqual(summary.layers[1].from, ['input']);
  assert.equal(summary.layers[2].parameters, 784 * 10 + 10);
});
