// SPDX-License-Identifier: MIT
//
// The WebAssembly builds train to the very bits of the native build: both read the same IDX files, take 300 steps of TinyCNN's
// published recipe and hash all weights. Without the native program (npm test builds it) these tests fail.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { engineWith, fnv1a, weightsBytes, withSession } from '../support/sessions.mjs';
import { syntheticDigits, toIdxPair } from '../support/synthetic-digits.mjs';

const kSteps = 300;
const kProgram = fileURLToPath(new URL('../../build/native-release/tests/weights_hash', import.meta.url));

// 1,000 images: 300 steps of 16 are nearly five epochs, each with a ragged last batch of 8.
const digits = syntheticDigits({ count: 1000, seed: 8 });
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-bits-'));
const files = ['images', 'labels'].map((field) => join(folder, field));
const idx = toIdxPair(digits);
writeFileSync(files[0], idx.images);
writeFileSync(files[1], idx.labels);
after(() => rmSync(folder, { recursive: true }));

const nativeHash = (threads) =>
  execFileSync(kProgram, [`${kSteps}`, ...files, `${threads}`], { encoding: 'utf8' }).trim();

async function wasmHash(threads) {
  const engine = await engineWith(threads);
  const { batchSize, optimizer, schedule, normalize } = engine.zoo.find(({ id }) => id === 'tinycnn').recipe;
  return withSession(engine, { model: 'tinycnn', seed: 1, batchSize, optimizer, schedule, normalize }, (session) => {
    session.setData('train', digits);
    session.trainSteps(kSteps);
    return fnv1a(weightsBytes(session)).toString(16).padStart(16, '0');
  });
}

test('FNV-1a of known texts is the known hash', () => {
  const hash = (text) => fnv1a(new TextEncoder().encode(text)).toString(16);
  assert.deepEqual(['', 'a', 'foobar'].map(hash), ['cbf29ce484222325', 'af63dc4c8601ec8c', '85944171f73967e8']);
});

test(`the weights after ${kSteps} steps are the same, bit for bit, natively and in WebAssembly on 1 and 2 threads`, async (t) => {
  const native = nativeHash(1);
  assert.match(native, /^[0-9a-f]{16}$/);
  t.diagnostic(`hash of all weights: ${native}`);
  assert.equal(nativeHash(2), native);
  assert.equal(await wasmHash(1), native);
  assert.equal(await wasmHash(2), native);
});
