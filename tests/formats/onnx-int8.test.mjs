// SPDX-License-Identifier: MIT
//
// int8 ONNX files give the engine's scores in onnxruntime, which rounds sums in floating point, but for a unit or two; they pass ONNX's
// checker, and come in again as networks that round to the same integers.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { findPythonWithOnnx, howToGetOnnx, howToGetRuntimes, loadOnnxRuntime } from '../../tools/setup/runtimes.mjs';
import { imagesFor, quantizableNetworks, quantizeNetwork, scoresOf } from './quantized-networks.mjs';

const kImages = 100;
/** Units by which scores may differ, of the zoo's networks and of others: what is rounded otherwise within adds up. */
const kUnits = { zoo: 1, others: 2 };
/** Networks with roundings so coarse that a unit within is many at the end. */
const kCoarse = ['limited'];
const kEqual = 0.5;

const engine = await loadEngine({ threads: 1 });
const networks = quantizableNetworks(engine);
const runtime = await loadOnnxRuntime();
const python = findPythonWithOnnx();

async function logitsOf(bytes, { session, size }, pixels) {
  const ran = await runtime.InferenceSession.create(bytes);
  const tensor = new runtime.Tensor('float32', pixels, [pixels.length / size, ...session.spec.input]);
  const { data } = (await ran.run({ [ran.inputNames[0]]: tensor }))[ran.outputNames[0]];
  await ran.release();
  return Float32Array.from(data);
}

/** The integers that stand for logits; each must stand for one. */
const integersOf = (logits, { scale, zeroPoint }) =>
  Int8Array.from(logits, (logit) => {
    const exact = logit / scale + zeroPoint;
    assert.ok(Math.abs(exact - Math.round(exact)) < 1e-3, `${logit} is no multiple of ${scale}`);
    return Math.round(exact);
  });

function compare(actual, expected, { id }) {
  const differences = Array.from(expected, (value, i) => Math.abs(value - actual[i]));
  const equal = differences.filter((each) => each === 0).length / expected.length;
  const most = Math.max(...differences);
  assert.ok(equal >= kEqual, `${id}: ${equal} of the scores are equal`);
  const allowed = engine.zoo.some((entry) => entry.id === id) ? kUnits.zoo : kUnits.others;
  assert.ok(most <= allowed || kCoarse.includes(id), `${id}: ${most} units off`);
  return `${(100 * equal).toFixed(1)} % of the scores are equal, others at most ${most} off`;
}

for (const network of networks) {
  test(
    `${network.id}: onnxruntime gives the engine's integers`,
    { skip: runtime ? false : howToGetRuntimes },
    async (t) => {
      const opened = await quantizeNetwork(engine, network);
      const images = imagesFor(opened, 0).subarray(0, kImages * opened.size);
      const bytes = opened.quantized.exportModel({ format: 'onnx' });
      const expected = scoresOf(opened.quantized, images, opened.size);
      const actual = integersOf(await logitsOf(bytes, opened, Float32Array.from(images)), opened.quantized.output);
      const found = compare(actual, expected, network);
      t.diagnostic(`${bytes.length} bytes; ${found}`);
      opened.session.dispose();
    },
  );
}

test('input: the graph does the rest of the normalization', { skip: runtime ? false : howToGetRuntimes }, async () => {
  const opened = await quantizeNetwork(engine, networks[0]);
  const { mean, std } = opened.normalize;
  const images = imagesFor(opened, 0).subarray(0, 20 * opened.size);
  const expected = scoresOf(opened.quantized, images, opened.size);
  const inputs = { unit: (byte) => byte / 255, normalized: (byte) => (byte / 255 - mean) / std };
  for (const [input, toPixel] of Object.entries(inputs)) {
    const bytes = opened.quantized.exportModel({ format: 'onnx', input });
    const logits = await logitsOf(bytes, opened, Float32Array.from(images, toPixel));
    compare(integersOf(logits, opened.quantized.output), expected, networks[0]);
  }
  opened.session.dispose();
});

test(
  'the files pass the checker, with the sizes that they state',
  { skip: python ? false : howToGetOnnx },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tinycnn-onnx-int8-'));
    after(() => rmSync(folder, { recursive: true }));
    const files = [];
    for (const network of networks) {
      const { session, quantized } = await quantizeNetwork(engine, network);
      files.push(join(folder, `${files.length}.onnx`));
      writeFileSync(files.at(-1), quantized.exportModel({ format: 'onnx' }));
      session.dispose();
    }
    const script = fileURLToPath(new URL('./check_onnx.py', import.meta.url));
    const { status, stdout, stderr } = spawnSync(python, ['-B', script, ...files], { maxBuffer: 1 << 28 });
    assert.equal(status, 0, String(stderr));
    for (const [i, report] of JSON.parse(String(stdout)).entries()) {
      assert.deepEqual(report.wrongShapes, {}, networks[i].id);
      assert.deepEqual([report.ir, report.opsets], [8, { '': 17 }]);
      assert.deepEqual(report.input, [['input', ['N', ...networks[i].spec.input]]]);
      const norms = report.nodes.filter(([op]) => op === 'BatchNormalization' || op === 'Softmax');
      assert.deepEqual(norms, [], `${networks[i].id}: batch norm is folded, and softmax left out`);
    }
  },
);

for (const network of networks) {
  test(`${network.id}: what was written in integers comes in with its roundings`, async () => {
    const { session, quantized, size, normalize } = await quantizeNetwork(engine, network);
    const images = imagesFor({ size }, 0).subarray(0, 20 * size);
    const imported = await engine.importModel(quantized.exportModel({ format: 'onnx' }));
    assert.deepEqual(imported.spec.input, session.spec.input);
    const again = engine.createSession({ model: imported.spec, parameters: imported.parameters, normalize });
    const { scale, zeroPoint } = quantized.output;
    const digits = Array.from({ length: images.length / size }, (_, i) => images.subarray(i * size, (i + 1) * size));
    const logits = digits.flatMap((digit) => [...again.logits(digit)]);
    const integers = Int8Array.from(logits, (logit) => Math.round(logit / scale + zeroPoint));
    compare(integers, scoresOf(quantized, images, size), network);
    again.dispose();
    session.dispose();
  });
}
