// SPDX-License-Identifier: MIT
//
// The recommended recipe reads what people draw: pen digits of thirty people, none of whom it has seen. Needs PEN_DIGITS_DIR and MNIST_DIR.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recommendedShare, readPenDigits } from '../../tools/experiments/pen-digit-data.mjs';
import { lacksMnist, mnist } from '../support/mnist.mjs';
import { engineWith } from '../support/sessions.mjs';

const { PEN_DIGITS_DIR: pens } = process.env;
const missing = pens === undefined ? 'PEN_DIGITS_DIR does not name a folder with pen digits' : lacksMnist;

/** A fourth of the recipe's epochs, its schedule as much shorter: enough to tell whether it works. */
const EPOCHS = 3;
const LEAST = 0.97;

test(
  'after three epochs of the recommended recipe 97 % of strangers’ pen digits are read, and a restored checkpoint reads the same',
  { skip: missing },
  async () => {
    const engine = await engineWith(2);
    const { epochs, schedule, ...recipe } = engine.zoo.find(({ id }) => id === 'tinycnn').bestRecipe;
    const { batchSize, optimizer, loss, emaDecay, normalize } = recipe;
    const augment = { ...recipe.augment, generated: recommendedShare };
    const totalSteps = (schedule.totalSteps * EPOCHS) / epochs;
    const options = { model: 'tinycnn', seed: 1, batchSize, optimizer, loss, emaDecay, normalize, augment };
    const session = engine.createSession({ ...options, schedule: { ...schedule, totalSteps } });
    session.setData('train', mnist(engine).train);
    session.trainSteps(EPOCHS * session.stepsPerEpoch);
    const restored = engine.createSession({ ...options, schedule: { ...schedule, totalSteps } });
    restored.load(session.save());
    const digits = readPenDigits(pens);
    const right = digits.filter(({ label, strokes }) => {
      const { pixels } = engine.renderStrokes(strokes);
      const probabilities = restored.predict(pixels);
      assert.deepEqual(probabilities, session.predict(pixels));
      return probabilities.indexOf(Math.max(...probabilities)) === label;
    }).length;
    restored.dispose();
    session.dispose();
    assert.ok(right / digits.length >= LEAST, `${right} of ${digits.length} are read`);
  },
);
