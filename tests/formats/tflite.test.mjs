// SPDX-License-Identifier: MIT
//
// TensorFlow Lite files give the engine's logits in TensorFlow Lite's own interpreter, and have only operators that TensorFlow Lite Micro
// has. Needs its library, and says so where it is not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { kMicroOperators } from './micro-operators.mjs';
import { exportedNetworks, openNetwork, runNetwork } from './networks.mjs';
import { channelsLast, makeRunner, operatorsOf, whyNoTensorFlowLite } from './tflite-runner.mjs';

const kTolerance = 1e-4;

const engine = await loadEngine({ threads: 1 });
const networks = exportedNetworks(engine);
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-tflite-'));
after(() => rmSync(folder, { recursive: true }));
const runModel = whyNoTensorFlowLite ? null : makeRunner(folder);

const scoresOf = (model, spec, pixels, count) =>
  new Float32Array(runModel(model, channelsLast(pixels, spec.input), count).buffer);

for (const network of networks) {
  test(`${network.id}: the interpreter gives the engine's logits`, { skip: whyNoTensorFlowLite }, async (t) => {
    const session = openNetwork(engine, network);
    const { images, logits, count } = runNetwork(session);
    const scores = scoresOf(
      await session.exportModel({ format: 'tflite' }),
      session.spec,
      Float32Array.from(images),
      count,
    );
    const distance = assertWithinRelative(scores, logits, kTolerance, network.id);
    t.diagnostic(`largest relative difference: ${distance.toExponential(1)}`);
    session.dispose();
  });

  test(`${network.id}: TensorFlow Lite Micro has every operator`, async () => {
    const session = openNetwork(engine, network);
    const operators = operatorsOf(await session.exportModel({ format: 'tflite' }));
    const unknown = operators.filter((code) => !(code in kMicroOperators));
    assert.deepEqual(unknown, []);
    session.dispose();
  });
}

test('TinyCNN takes no more operators than it has layers', async () => {
  const session = openNetwork(engine, networks[0]);
  const operators = operatorsOf(await session.exportModel({ format: 'tflite', input: 'normalized' }));
  assert.deepEqual(operators.map((code) => kMicroOperators[code]).sort(), [
    'CONV_2D',
    'FULLY_CONNECTED',
    'MAX_POOL_2D',
    'RESHAPE',
  ]);
  session.dispose();
});

for (const [input, toPixel] of [
  ['unit', () => (byte) => byte / 255],
  [
    'normalized',
    ({ mean, std }) =>
      (byte) =>
        (byte / 255 - mean) / std,
  ],
]) {
  test(`input '${input}': the model does the rest of the normalization`, { skip: whyNoTensorFlowLite }, async () => {
    const network = networks.find(({ id }) => id === 'tinycnn');
    const session = openNetwork(engine, network);
    const { images, logits, count } = runNetwork(session, 8);
    const pixels = Float32Array.from(images, toPixel(network.recipe.normalize));
    const scores = scoresOf(await session.exportModel({ format: 'tflite', input }), session.spec, pixels, count);
    assertWithinRelative(scores, logits, kTolerance, input);
    session.dispose();
  });
}
