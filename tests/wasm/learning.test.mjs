// SPDX-License-Identifier: MIT
//
// TinyCNN learns: digits that it has not seen, drawn by the same hand as those that it has, through the package alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineWith, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const train = syntheticDigits({ count: 3000, seed: 1 });
const unseen = syntheticDigits({ count: 1000, seed: 2 });

async function accuracyAfter(epochs, options) {
  return withSession(await engineWith(1), { model: 'tinycnn', seed: 1, batchSize: 16, ...options }, (session) => {
    session.setData('train', train);
    session.setData('test', unseen);
    const before = session.evaluate('test').accuracy;
    session.trainSteps(epochs * session.stepsPerEpoch);
    return { before, after: session.evaluate('test').accuracy };
  });
}

test('TinyCNN with Adam reads more than 95 % of unseen synthetic digits', async (t) => {
  const { before, after } = await accuracyAfter(4, { optimizer: { type: 'adam', learningRate: 1e-3 } });
  t.diagnostic(`accuracy ${before} before, ${after} after`);
  assert.ok(before < 0.4, `untrained it guesses: ${before}`);
  assert.ok(after > 0.95, `accuracy ${after}`);
});

test('TinyCNN with SGD and momentum reads more than 95 % of unseen synthetic digits', async (t) => {
  const { after } = await accuracyAfter(5, { optimizer: { type: 'sgd', learningRate: 0.01, momentum: 0.9 } });
  t.diagnostic(`accuracy ${after}`);
  assert.ok(after > 0.95, `accuracy ${after}`);
});

test('a learning rate of zero learns nothing', async () => {
  const { before, after } = await accuracyAfter(1, { optimizer: { type: 'sgd', learningRate: 0 } });
  assert.equal(after, before);
});

test('the recipe that the zoo offers by default for TinyCNN learns, with its augmentation, its average and its schedule', async (t) => {
  const engine = await engineWith(1);
  const { bestRecipe } = engine.zoo.find(({ id }) => id === 'tinycnn');
  assert.ok(bestRecipe.augment && bestRecipe.emaDecay > 0 && bestRecipe.schedule.type !== 'constant');
  const epochs = 8;
  const totalSteps = epochs * Math.ceil(train.labels.length / bestRecipe.batchSize);
  const { after } = await accuracyAfter(epochs, { ...bestRecipe, schedule: { ...bestRecipe.schedule, totalSteps } });
  t.diagnostic(`accuracy ${after}`);
  assert.ok(after > 0.95, `accuracy ${after}`);
});
