// SPDX-License-Identifier: MIT
//
// One seed gives the same weights, bit for bit, whatever the build and the number of threads.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineWith, SMALL_SPEC, weightsHash, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const digits = syntheticDigits({ count: 300, seed: 6 });

async function trained(threads, options, steps) {
  return withSession(await engineWith(threads), { seed: 5, ...options }, (session) => {
    session.setData('train', digits);
    session.setData('test', digits);
    const { loss, accuracy } = session.trainSteps(steps);
    return { hash: weightsHash(session), saved: session.save(), loss, accuracy, evaluation: session.evaluate('test') };
  });
}

// Batches of 1 and 7 fill less than a block; 20 leaves one ragged; 128 gives every gradient slot more than one block.
for (const batchSize of [1, 7, 16, 20, 128]) {
  test(`TinyCNN's training at batch ${batchSize} is the same, bit for bit, on 1, 2, 3 and 4 threads`, async () => {
    const [one, ...others] = await Promise.all(
      [1, 2, 3, 4].map((threads) => trained(threads, { model: 'tinycnn', batchSize }, 25)),
    );
    for (const other of others) assert.deepEqual(other, one);
  });
}

test('so is that of a strided convolution, an overlapping pool and SGD', async () => {
  const options = { model: SMALL_SPEC, batchSize: 50, optimizer: { type: 'sgd', learningRate: 0.05, momentum: 0.9 } };
  const [one, ...others] = await Promise.all([1, 2, 3].map((threads) => trained(threads, options, 25)));
  for (const other of others) assert.deepEqual(other, one);
});

test('gradients are the same, bit for bit, on 1, 2, 3 and 4 threads', async () => {
  const [one, ...others] = await Promise.all(
    [1, 2, 3, 4].map(async (threads) =>
      withSession(await engineWith(threads), { model: 'tinycnn', seed: 5 }, (session) =>
        session.gradients(digits.images, digits.labels),
      ),
    ),
  );
  for (const other of others) assert.deepEqual(other, one);
});

test('a hash of weights tells one changed bit', async () => {
  withSession(await engineWith(1), { model: SMALL_SPEC }, (session) => {
    const before = weightsHash(session);
    const list = session.parameters();
    new Uint8Array(list[0].data.buffer)[0] ^= 1;
    session.setParameters(list);
    assert.notEqual(weightsHash(session), before);
  });
});
