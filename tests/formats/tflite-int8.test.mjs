// SPDX-License-Identifier: MIT
//
// int8 TensorFlow Lite files give the engine's integers in TensorFlow Lite's own interpreter, bit for bit with its reference kernels, and
// have only operators that TensorFlow Lite Micro has. Needs its library, and says so where it is not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { kMicroOperators } from './micro-operators.mjs';
import { imagesFor, quantizableNetworks, quantizeNetwork, quantizePixels, scoresOf } from './quantized-networks.mjs';
import { randomSpecs } from './random-specs.mjs';
import { channelsLast, makeRunner, operatorsOf, whyNoTensorFlowLite } from './tflite-runner.mjs';

const kRandomNetworks = 60;
const kRandomImages = 20;

const engine = await loadEngine({ threads: 1 });
const networks = quantizableNetworks(engine);
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-tflite-int8-'));
after(() => rmSync(folder, { recursive: true }));
const runModel = whyNoTensorFlowLite ? null : makeRunner(folder);

/** What the interpreter makes of images with a kind of kernels. */
function interpret({ session, quantized, size, normalize }, file, images, kernels) {
  const pixels = channelsLast(quantizePixels(images, quantized, normalize), session.spec.input);
  return new Int8Array(runModel(file, pixels, images.length / size, kernels).buffer);
}

const largestDifference = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

for (const network of networks) {
  test(`${network.id}: the interpreter gives the engine's integers`, { skip: whyNoTensorFlowLite }, async (t) => {
    const opened = await quantizeNetwork(engine, network);
    const images = imagesFor(opened, opened.quantized.macs);
    const file = opened.quantized.exportModel({ format: 'tflite' });
    const unknown = operatorsOf(file).filter((code) => !(code in kMicroOperators));
    assert.deepEqual(unknown, [], 'operators that TensorFlow Lite Micro lacks');
    const expected = scoresOf(opened.quantized, images, opened.size);
    assert.ok(new Set(expected).size > 10, 'scores that differ');
    assert.deepEqual(interpret(opened, file, images, 'reference'), expected);
    const few = images.subarray(0, 20 * opened.size);
    const optimized = interpret(opened, file, few, 'optimized');
    t.diagnostic(
      `${images.length / opened.size} digits; ${file.length} bytes; optimized kernels are at most ` +
        `${largestDifference(optimized, expected)} off`,
    );
    opened.session.dispose();
  });
}

test('random networks of all layer types give the same integers', { skip: whyNoTensorFlowLite }, async () => {
  const isMiddle = ({ type }, i, layers) => !type.toLowerCase().includes('softmax') || i === layers.length - 1;
  let compared = 0;
  for (const spec of randomSpecs(engine, { count: kRandomNetworks })) {
    if (!spec.layers.every(isMiddle)) continue; // those cannot be quantized
    const opened = await quantizeNetwork(engine, { spec, recipe: {} });
    const images = imagesFor(opened, 0).subarray(0, kRandomImages * opened.size);
    const file = opened.quantized.exportModel({ format: 'tflite' });
    const expected = scoresOf(opened.quantized, images, opened.size);
    assert.deepEqual(interpret(opened, file, images, 'reference'), expected, JSON.stringify(spec));
    opened.session.dispose();
    compared += 1;
  }
  assert.ok(compared > kRandomNetworks / 3, `only ${compared} networks`);
});

test('the session exports the same file as its quantized network', async () => {
  const network = networks.find(({ id }) => id === 'tinycnn');
  const { session, quantized } = await quantizeNetwork(engine, network);
  const file = quantized.exportModel({ format: 'tflite', name: 'digits' });
  const options = { format: 'tflite', precision: 'int8', name: 'digits', calibration: 100 };
  assert.deepEqual(await session.exportModel(options), file);
  assert.ok(file.length < 24_000, `${file.length} bytes`);
  assert.deepEqual(
    operatorsOf(file).map((code) => kMicroOperators[code]),
    ['CONV_2D', 'MAX_POOL_2D', 'RESHAPE', 'FULLY_CONNECTED'],
  );
  session.dispose();
});
