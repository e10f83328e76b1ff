// SPDX-License-Identifier: MIT
//
// What the package says of its own speed and memory: figures that benchmarks rely on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine, trainingMacs } from 'tinycnn';
import { engineWith, weightsHash, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const engine = await engineWith(1);

for (const threads of [1, 2]) {
  test(`the peak on ${threads} thread${threads > 1 ? 's' : ''} is a number of operations a second`, async () => {
    const peak = (await engineWith(threads)).measurePeak(0.02);
    assert.ok(peak > 1e7 && peak < 1e13, `${peak}`);
  });
}

test('a prediction is timed inside the engine and through the package, and changes nothing', () => {
  withSession(engine, { model: 'tinycnn' }, (session) => {
    const before = weightsHash(session);
    const times = session.measurePrediction(0.02);
    assert.ok(times.engine > 0 && times.package > 0, JSON.stringify(times));
    assert.equal(weightsHash(session), before);
  });
});

test('memory in use grows by at least the data that a session takes', async () => {
  const fresh = await loadEngine({ threads: 1 });
  const before = fresh.memory;
  assert.ok(before.used > 0 && before.used <= before.reserved);
  const digits = syntheticDigits({ count: 3000, seed: 2 });
  withSession(fresh, { model: 'tinycnn' }, (session) => {
    session.setData('train', digits);
    assert.ok(fresh.memory.used - before.used >= digits.images.length);
  });
});

const dense = (name, outFeatures, from) => ({ name, type: 'linear', outFeatures, ...(from ? { from } : {}) });
const macsOf = (layers) => trainingMacs(engine.describe({ name: 'm', input: [4, 1, 1], layers }));

test('training costs a layer three times its multiply-adds, but twice where no gradient goes on', () => {
  assert.equal(macsOf([{ name: 'flatten', type: 'flatten' }, dense('fc', 10)]), 2 * 40);
  assert.equal(macsOf([dense('fc1', 3), { name: 'relu', type: 'relu' }, dense('fc2', 10)]), 2 * 12 + 3 * 30);
});

test('a layer that reads images and a trained layer passes a gradient on', () => {
  const layers = [
    dense('a', 3),
    dense('b', 3, ['input']),
    { name: 'sum', type: 'add', from: ['a', 'b'] },
    dense('c', 2),
  ];
  assert.equal(macsOf(layers), 2 * 12 + 2 * 12 + 3 * 6);
});
