// SPDX-License-Identifier: MIT
//
// Distorting the digits does not halve the speed of TinyCNN's training at batch 32: both are trained in turns, two mini-batches at a
// time, and the fastest turns are compared, so that other work on the machine hardly counts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineWith } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const TURNS = 400;
const STEPS = 2;
const BATCH_SIZE = 32;
const engine = await engineWith(1);
const digits = syntheticDigits({ count: 640, seed: 12 });
const { augment } = engine.zoo.find(({ id }) => id === 'tinycnn').bestRecipe;

/** The fastest turn of each, in microseconds an image. */
function inTurns(sessions) {
  const fastest = sessions.map(() => Infinity);
  for (let turn = 0; turn < TURNS; ++turn) {
    for (const [i, session] of sessions.entries()) {
      const start = performance.now();
      session.trainSteps(STEPS);
      fastest[i] = Math.min(fastest[i], performance.now() - start);
    }
  }
  return fastest.map((milliseconds) => (1000 * milliseconds) / (STEPS * BATCH_SIZE));
}

for (const [words, distortion] of [
  ["our recipe's distortion", augment],
  ['all distortions at once', { ...augment, elastic: { alpha: 2 }, thickness: [-0.5, 0.5] }],
]) {
  test(`${words} leaves more than half the training speed`, (t) => {
    const sessions = [{}, { augment: distortion }].map((options) => {
      const session = engine.createSession({ model: 'tinycnn', batchSize: BATCH_SIZE, ...options });
      session.setData('train', digits);
      return session;
    });
    const [plain, distorted] = inTurns(sessions);
    const share = plain / distorted;
    t.diagnostic(
      `${plain.toFixed(1)} µs an image without, ${distorted.toFixed(1)} with: ${(100 * share).toFixed(0)} % of the speed`,
    );
    assert.ok(share > 0.5, `${(100 * share).toFixed(0)} % of the speed`);
    for (const session of sessions) session.dispose();
  });
}
