// SPDX-License-Identifier: MIT
//
// The validation set: the same share of every class, drawn by the seed alone; and that fit chooses by it and never by the test set.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdOut } from 'tinycnn';
import { assertRefused, engineWith, weightsHash, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

/** Image i is one pixel of value i. */
const numbered = (labels) => ({
  images: Uint8Array.from(labels, (_, i) => i),
  labels: Uint8Array.from(labels),
  height: 1,
  width: 1,
});

const LABELS = Array.from({ length: 200 }, (_, i) => (i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2));

const countsOf = ({ labels }) => [0, 1, 2].map((label) => labels.filter((each) => each === label).length);

test('every class gives the same share', () => {
  const { train, validation } = holdOut(numbered(LABELS), { share: 0.1 });
  assert.deepEqual(countsOf(validation), [14, 4, 2]);
  assert.deepEqual(countsOf(train), [126, 36, 18]);
});

test('both parts together are the whole, in order, each image with its own label', () => {
  const { train, validation } = holdOut(numbered(LABELS), { share: 0.25 });
  assert.deepEqual(
    [...train.images, ...validation.images].sort((a, b) => a - b),
    Array.from(LABELS.keys()),
  );
  for (const { images, labels } of [train, validation]) {
    assert.deepEqual(
      [...images],
      [...images].sort((a, b) => a - b),
    );
    assert.deepEqual(
      [...labels],
      Array.from(images, (index) => LABELS[index]),
    );
  }
});

test('the seed alone decides which images are held out', () => {
  const held = (seed) => [...holdOut(numbered(LABELS), { seed }).validation.images];
  assert.deepEqual(held(1), held(1));
  assert.notDeepEqual(held(1), held(2));
  assert.notDeepEqual(held(1), held(1 + 2 ** 40));
});

test('of two images of a class one stays and one goes; a single one stays', () => {
  for (const share of [0.01, 0.99]) {
    const { train, validation } = holdOut(numbered([0, 0, 1]), { share });
    assert.deepEqual([...validation.labels], [0]);
    assert.deepEqual([...train.labels], [0, 1]);
  }
});

test('what cannot be split is refused in words', () => {
  for (const share of [0, 1, NaN])
    assertRefused(() => holdOut(numbered(LABELS), { share }), '[holdOut.share]', `got ${share}`);
  for (const seed of [-1, 0.5]) assertRefused(() => holdOut(numbered(LABELS), { seed }), '[holdOut.seed]');
  assertRefused(() => holdOut(numbered([0, 1, 2])), 'at least two images');
  assertRefused(() => holdOut({ ...numbered(LABELS), height: 2 }), '200 images of 2x1', 'got 200 bytes');
});

const DIGITS = syntheticDigits({ count: 400, seed: 1 });
const { train: TRAIN, validation: VALIDATION } = holdOut(DIGITS, { share: 0.2 });

/** A test set on which nothing is right: whoever chose by it would choose otherwise. */
const WRONG = { ...VALIDATION, labels: VALIDATION.labels.map((label) => (label + 5) % 10) };

async function withThree(use) {
  const engine = await engineWith(1);
  const session = engine.createSession({ model: 'tinycnn', optimizer: { type: 'adam', learningRate: 0.005 } });
  session.setData('train', TRAIN);
  session.setData('validation', VALIDATION);
  session.setData('test', WRONG);
  await use(session);
  session.dispose();
}

test('fit stops at its target by the validation set, not by the test set', async () => {
  await withThree(async (session) => {
    const history = await session.fit({ epochs: 30, targetAccuracy: 0.8 });
    assert.ok(history.length < 30, `${history.length} epochs`);
    const { test: tested, validation } = history.at(-1);
    assert.ok(validation.accuracy >= 0.8 && tested.accuracy < 0.5, `${validation.accuracy}, ${tested.accuracy}`);
  });
});

test('with patience fit stops once the validation loss falls no more and goes back to the best epoch', async () => {
  await withThree(async (session) => {
    session.setData('validation', WRONG); // gets worse as the network learns
    const best = [];
    const history = await session.fit({ epochs: 30, patience: 3, onEpoch: () => void best.push(weightsHash(session)) });
    const losses = history.map(({ validation }) => validation.loss);
    const lowest = losses.indexOf(Math.min(...losses));
    assert.equal(history.length, lowest + 4);
    assert.equal(weightsHash(session), best[lowest]);
  });
});

test('an evaluation of a validation set that is not there names it', async () => {
  await withSession(await engineWith(1), { model: 'tinycnn' }, (session) => {
    assertRefused(() => session.evaluate('validation'), 'expected validation data');
    assertRefused(() => session.evaluate('holdout'), "train, test, validation, got 'holdout'");
  });
});
