// SPDX-License-Identifier: MIT
//
// Any number of named classes: a model's last layer gets as many outputs, all else stays; for as many classes as it has, nothing changes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClasses } from 'tinycnn';
import { assertRefused, engineWith, SMALL_SPEC, weightsHash, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const DIGITS = Array.from('0123456789');

test('each network of the zoo can be fitted to 2, 26 and 62 classes', async () => {
  const engine = await engineWith(1);
  for (const { id, spec } of engine.zoo) {
    for (const classes of [2, 26, 62]) {
      const { layers } = engine.describe(withClasses(spec, classes));
      assert.deepEqual(layers.at(-1).shape, [classes, 1, 1], id);
    }
  }
});

test('a session with class names has an output for each, its parameters count them, and it trains', async () => {
  const engine = await engineWith(1);
  const digits = syntheticDigits({ count: 64, seed: 1 });
  const letters = { ...digits, labels: digits.labels.map((label, i) => (label + 10 * (i % 2)) % 26) };
  withSession(engine, { model: 'tinycnn', classNames: LETTERS }, (session) => {
    assert.deepEqual(session.classNames, LETTERS);
    assert.deepEqual(session.parameters().at(-2).shape, [26, 32]);
    assert.equal(session.summary.parameters, 18982 + 16 * 33);
    session.setData('train', letters);
    session.setData('test', letters);
    session.trainSteps(2);
    const { confusion } = session.evaluate('test');
    assert.deepEqual([confusion.length, confusion[25].length], [26, 26]);
    assert.equal(session.predict(digits.images.subarray(0, 784)).length, 26);
  });
});

test('ten class names change no bit of a network for ten classes', async () => {
  const engine = await engineWith(1);
  const digits = syntheticDigits({ count: 48, seed: 2 });
  for (const { id } of engine.zoo.filter(({ id }) => id !== 'wide-593k')) {
    const hashes = [{}, { classNames: DIGITS }].map((named) =>
      withSession(engine, { model: id, seed: 3, ...named }, (session) => {
        session.setData('train', digits);
        session.trainSteps(2);
        return weightsHash(session);
      }),
    );
    assert.equal(hashes[0], hashes[1], id);
  }
});

test('without names the classes are called by their numbers', async () => {
  withSession(await engineWith(1), { model: 'tinycnn' }, ({ classNames }) => assert.deepEqual(classNames, DIGITS));
});

test('a spec of one’s own is fitted too, and a spec that was given stays as it was', () => {
  const before = structuredClone(SMALL_SPEC);
  assert.equal(withClasses(SMALL_SPEC, 3).layers.at(-1).outFeatures, 3);
  assert.deepEqual(withClasses(SMALL_SPEC, 10), SMALL_SPEC);
  assert.deepEqual(SMALL_SPEC, before);
});

test('a network whose classes come from joined branches is refused, as are numbers and names that make no sense', async () => {
  const joined = {
    ...SMALL_SPEC,
    layers: [...SMALL_SPEC.layers, { name: 'sum', type: 'add', from: ['fc', 'fc'] }],
  };
  assertRefused(() => withClasses(joined, 5), '[classes]', 'expected', "'sum' (add)");
  for (const classes of [0, 257, 2.5, NaN])
    assertRefused(() => withClasses(SMALL_SPEC, classes), 'from 1 to 256', `got ${classes}`);
  const engine = await engineWith(1);
  assertRefused(() => engine.createSession({ model: 'tinycnn', classNames: [] }), '[classNames]', 'got 0');
  assertRefused(() => engine.createSession({ model: 'tinycnn', classNames: ['a', ''] }), 'class 1', 'empty');
  assertRefused(() => engine.createSession({ model: 'none', classNames: ['a', 'b'] }), 'none');
});

test('labels beyond the classes are refused and what was there stays', async () => {
  const digits = syntheticDigits({ count: 20, seed: 3 });
  withSession(await engineWith(1), { model: 'tinycnn', classNames: ['no', 'yes'] }, (session) => {
    const two = { ...digits, labels: digits.labels.map((label) => label % 2) };
    session.setData('train', two);
    assertRefused(() => session.setData('train', digits), 'labels from 0 to 1');
    session.trainSteps(1);
    assert.equal(session.step, 1);
  });
});

test('an augmented image is a pure function of image and epoch, and the image itself where nothing is distorted', async () => {
  const engine = await engineWith(1);
  const digits = syntheticDigits({ count: 4, seed: 4 });
  const image = digits.images.subarray(784, 1568);
  withSession(engine, { model: 'tinycnn', augment: { degrees: 20 } }, (session) => {
    session.setData('train', digits);
    assert.notDeepEqual(session.augmented(1, 0), image);
    assert.notDeepEqual(session.augmented(1, 0), session.augmented(1, 1));
    assert.deepEqual(session.augmented(1, 1), session.augmented(1, 1));
    assertRefused(() => session.augmented(4, 0), '4 training images', 'got 4');
  });
  withSession(engine, { model: 'tinycnn' }, (session) => {
    assertRefused(() => session.augmented(0, 0), 'expected train data');
    session.setData('train', digits);
    assert.deepEqual(session.augmented(1, 5), Uint8Array.from(image));
  });
});
