// SPDX-License-Identifier: MIT
// What a session takes above its data, as it says itself and as WebAssembly's heap shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCode, engineWith } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const MEGABYTE = 1_000_000;
const THREADS = 2;

/** Trains two steps, tests and predicts; resolves with both figures. */
async function memoryOf(model, batchSize) {
  const engine = await engineWith(THREADS);
  const data = syntheticDigits({ count: batchSize * 2 });
  const before = engine.memory.used;
  const session = engine.createSession({ model, seed: 1, batchSize });
  session.setData('train', data);
  session.trainSteps(2);
  session.evaluate('train');
  session.predict(new Float32Array(784));
  const used = engine.memory.used - before - data.images.length - data.labels.length;
  const said = session.memoryBytes;
  session.dispose();
  return { said, used };
}

// The largest comes first: a heap that has grown before shows nothing.
test('residual-8k at batch 128, the largest of the zoo, takes below 96 MB above its data', async (t) => {
  const { said, used } = await memoryOf('residual-8k', 128);
  t.diagnostic(
    `${(said / MEGABYTE).toFixed(1)} MB by its own account, the heap grew by ${(used / MEGABYTE).toFixed(1)} MB`,
  );
  assert.ok(said < 96 * MEGABYTE, `expected below 96 MB, got ${said} bytes`);
  assert.ok(used < 96 * MEGABYTE, `expected the heap to grow by less than 96 MB, got ${used} bytes`);
  assert.ok(used < said * 1.2, `expected an account that the heap bears out, got ${said} for ${used} bytes`);
});

test('TinyCNN at batch 16 takes below 16 MB above its data', async (t) => {
  const { said } = await memoryOf('tinycnn', 16);
  t.diagnostic(`${(said / MEGABYTE).toFixed(1)} MB`);
  assert.ok(said > 18_982 * 4 && said < 16 * MEGABYTE, `expected below 16 MB, got ${said} bytes`);
});

test('gradients of more samples than memory can hold are refused in words, and the session goes on', async () => {
  const engine = await engineWith(THREADS);
  const session = engine.createSession({ model: 'bn-gap-12k', seed: 1, batchSize: 8 });
  const { images, labels, ...size } = syntheticDigits({ count: 16 });
  const many = 10_000;
  assertCode(
    'out-of-memory',
    () => session.gradients(new Uint8Array(many * 784), new Uint8Array(many)),
    ...['[memory]', 'activations of a mini-batch', 'fit into 1 GiB', 'got 1250 times'],
  );
  session.setData('train', { images, labels, ...size });
  assert.equal(session.trainSteps(2).step, 2);
});
