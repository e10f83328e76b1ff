// SPDX-License-Identifier: MIT
//
// A session from a checkpoint alone, and checkpoints of every version of the format: what was saved once stays readable for good.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { goldenData, goldenMuonOptions, goldenOptions, goldenSteps } from '../support/checkpoint-run.mjs';
import {
  assertCode,
  assertRefusedUnharmed,
  engineWith,
  SMALL_SPEC,
  parameterHash,
  withSession,
} from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const engine = await engineWith(1);
const digits = syntheticDigits({ count: 100, seed: 4 });
const letters = Array.from('abcdefghij');

function withRestored(bytes, use) {
  const session = engine.restoreSession(bytes);
  try {
    return use(session);
  } finally {
    session.dispose();
  }
}

const golden = (version) => readFileSync(new URL(`checkpoints/version-${version}.bin`, import.meta.url));

/** Of the weights that each file holds, and after as many steps again. */
const hashes = ['b00b7a7bf4c5839b', 'bfaae6bb0b9b47ef'];
const given = ['left', 'straight', 'right'];
const classNames = { 3: ['0', '1', '2'], 4: given, 5: given, 6: given, 7: given };

test('a checkpoint of Muon, with cutout and mixup, is a session again, and goes on bit for bit', () => {
  withRestored(golden('7-muon'), (session) => {
    assert.equal(parameterHash(session), '7e303a6a290a976d');
    session.setData('train', goldenData());
    session.trainSteps(goldenSteps);
    assert.equal(parameterHash(session), '42e93fb9ff43e4a9');
  });
});

for (const version of [3, 4, 5, 6, 7]) {
  test(`a checkpoint of version ${version} is a session again, and goes on bit for bit`, () => {
    withRestored(golden(version), (session) => {
      assert.deepEqual([session.step, session.seed, session.batchSize], [goldenSteps, 2 ** 40 + 3, 5]);
      assert.deepEqual(session.classNames, classNames[version]);
      assert.deepEqual(
        session.spec.layers.map(({ name }) => name).join(),
        goldenOptions.model.layers.map(({ name }) => name).join(),
      );
      assert.equal(parameterHash(session), hashes[0]);
      session.setData('train', goldenData());
      session.trainSteps(goldenSteps);
      assert.equal(parameterHash(session), hashes[1]);
    });
  });

  test(`a checkpoint of version ${version} loads into a session of its model`, () => {
    withSession(engine, { ...goldenOptions, seed: 1, classNames: ['x', 'y', 'z'] }, (session) => {
      session.load(golden(version));
      assert.equal(parameterHash(session), hashes[0]);
      // The oldest version has no names to take over.
      assert.deepEqual(session.classNames, version === 3 ? ['x', 'y', 'z'] : given);
      session.setData('train', goldenData());
      session.trainSteps(goldenSteps);
      assert.equal(parameterHash(session), hashes[1]);
    });
  });
}

test('the present version is written as the files that are kept of it, byte for byte', () => {
  for (const [version, options] of Object.entries({ 7: goldenOptions, '7-muon': goldenMuonOptions })) {
    withSession(engine, { ...options, classNames: given }, (session) => {
      session.setData('train', goldenData());
      session.trainSteps(goldenSteps);
      assert.deepEqual(session.save(), new Uint8Array(golden(version)));
    });
  }
});

test('restoreSession gives spec, options, class names, step and weights; training goes on as it would have', () => {
  const options = {
    ...{ model: SMALL_SPEC, seed: 8, batchSize: 8, classNames: letters, emaDecay: 0.9, loss: 'mse' },
    ...{ optimizer: { type: 'sgd', learningRate: 0.02, momentum: 0.9 }, normalize: { mean: 0.2, std: 0.4 } },
  };
  withSession(engine, options, (session) => {
    session.setData('train', digits);
    session.trainSteps(15);
    const bytes = session.save();
    withRestored(bytes, (restored) => {
      assert.deepEqual(restored.save(), bytes);
      assert.deepEqual(
        [restored.spec, restored.summary, restored.classNames, restored.step, restored.seed, restored.batchSize],
        [session.spec, session.summary, letters, 15, 8, 8],
      );
      const pixels = digits.images.subarray(0, 784);
      assert.deepEqual(restored.predict(pixels), session.predict(pixels));
      restored.setData('train', digits);
      restored.trainSteps(20);
      session.trainSteps(20);
      assert.deepEqual(restored.save(), session.save());
    });
  });
});

test('class names are not those of the digits unless nobody gave any', () => {
  const nameless = withSession(engine, { model: SMALL_SPEC }, (session) => session.save());
  withRestored(nameless, ({ classNames: names }) => assert.deepEqual(names, Array.from('0123456789')));
  const greek = ['alpha', 'β', '\u{1d6fe}', ...letters.slice(3)];
  const named = withSession(engine, { model: SMALL_SPEC, classNames: greek }, (session) => session.save());
  withRestored(named, ({ classNames: names }) => assert.deepEqual(names, greek));
});

test('restoreSession refuses what is no checkpoint, and the engine stays usable', () => {
  const bytes = withSession(engine, { model: SMALL_SPEC }, (session) => session.save());
  for (const odd of [
    undefined,
    null,
    'bytes',
    [1, 2],
    {},
    new Uint8Array(0),
    new Uint8Array(5000),
    bytes.slice(0, -1),
  ]) {
    assertCode('invalid-checkpoint', () => engine.restoreSession(odd));
  }
  withRestored(bytes, (session) => assert.equal(session.step, 0));
});

test('a session refuses a checkpoint of another model with its code', () => {
  const other = withSession(engine, { model: 'tinycnn' }, (session) => session.save());
  withSession(engine, { model: SMALL_SPEC }, (session) => {
    assertRefusedUnharmed(session, () => session.load(other), 'model');
    assertCode('invalid-checkpoint', () => session.load(other));
    assertCode('invalid-checkpoint', () => session.load('bytes'));
  });
});
