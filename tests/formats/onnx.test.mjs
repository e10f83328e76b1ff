// SPDX-License-Identifier: MIT
//
// ONNX files give the engine's logits in onnxruntime, and pass ONNX's own checker with shape inference. Each part needs a tool, and says
// so where it is not.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { findPythonWithOnnx, howToGetOnnx, howToGetRuntimes, loadOnnxRuntime } from '../../tools/setup/runtimes.mjs';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { exportedNetworks, openNetwork, runNetwork } from './networks.mjs';

const kTolerance = 1e-4;

const engine = await loadEngine({ threads: 1 });
const networks = exportedNetworks(engine);
const runtime = await loadOnnxRuntime();
const python = findPythonWithOnnx();
const withoutRuntime = runtime ? false : howToGetRuntimes;
const withoutPython = python ? false : howToGetOnnx;

/** For each kind of input what becomes of a byte. */
const kInputs = {
  bytes: () => (byte) => byte,
  unit: () => (byte) => byte / 255,
  normalized:
    ({ mean, std }) =>
    (byte) =>
      (byte / 255 - mean) / std,
};

const normalizeOf = ({ recipe }) => recipe.normalize ?? { mean: 0.25, std: 0.5 };

async function scoresOf(bytes, spec, pixels) {
  const session = await runtime.InferenceSession.create(bytes);
  const [input, output] = [session.inputNames[0], session.outputNames[0]];
  const size = spec.input.reduce((product, side) => product * side);
  const tensor = new runtime.Tensor('float32', pixels, [pixels.length / size, ...spec.input]);
  const { data, dims } = (await session.run({ [input]: tensor }))[output];
  await session.release();
  return { data: Float32Array.from(data), dims };
}

for (const network of networks) {
  test(`${network.id}: onnxruntime gives the engine's logits`, { skip: withoutRuntime }, async (t) => {
    const session = openNetwork(engine, network);
    const { images, logits, count } = runNetwork(session);
    for (const foldBatchNorm of [false, true]) {
      const bytes = await session.exportModel({ format: 'onnx', foldBatchNorm });
      const { data, dims } = await scoresOf(bytes, session.spec, Float32Array.from(images));
      assert.deepEqual([...dims], [count, session.classNames.length]);
      const distance = assertWithinRelative(data, logits, kTolerance, network.id);
      t.diagnostic(`${foldBatchNorm ? 'folded: ' : ''}largest relative difference: ${distance.toExponential(1)}`);
    }
    session.dispose();
  });
}

for (const [input, toPixel] of Object.entries(kInputs)) {
  test(`input '${input}': the graph does the rest of the normalization`, { skip: withoutRuntime }, async () => {
    for (const id of ['tinycnn', 'branches']) {
      const network = networks.find((each) => each.id === id);
      const session = openNetwork(engine, network);
      const { images, logits } = runNetwork(session, 8);
      const pixels = Float32Array.from(images, toPixel(normalizeOf(network)));
      const { data } = await scoresOf(await session.exportModel({ format: 'onnx', input }), session.spec, pixels);
      assertWithinRelative(data, logits, kTolerance, id);
      session.dispose();
    }
  });
}

test(
  'the files pass the checker, and shape inference finds the shapes that they state',
  { skip: withoutPython },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tinycnn-onnx-'));
    after(() => rmSync(folder, { recursive: true }));
    const files = [];
    for (const [i, network] of networks.entries()) {
      const session = openNetwork(engine, network);
      for (const foldBatchNorm of [false, true]) {
        files.push(join(folder, `${i}-${foldBatchNorm}.onnx`));
        writeFileSync(files.at(-1), await session.exportModel({ format: 'onnx', foldBatchNorm, name: 'digits' }));
      }
      session.dispose();
    }
    const script = fileURLToPath(new URL('./check_onnx.py', import.meta.url));
    const { status, stdout, stderr } = spawnSync(python, ['-B', script, ...files], { maxBuffer: 1 << 28 });
    assert.equal(status, 0, String(stderr));
    for (const [i, report] of JSON.parse(String(stdout)).entries()) {
      const network = networks[i >> 1];
      const isFolded = i % 2 === 1;
      assert.deepEqual(report.wrongShapes, {}, network.id);
      assert.deepEqual([report.ir, report.opsets], [8, { '': 17 }]);
      assert.deepEqual(report.input, [['input', ['N', ...network.spec.input]]]);
      assert.equal(report.output[0][0], network.spec.layers.at(-1).name);
      const values = report.nodes.map(([, name]) => name);
      const isNorm = ({ type }) => type.startsWith('batchNorm');
      for (const layer of network.spec.layers.filter(
        (each) => !isFolded || (!isNorm(each) && each.type !== 'conv2d' && each.type !== 'linear'),
      )) {
        assert.ok(values.includes(layer.name), `${network.id}: a value is called ${layer.name}`);
      }
      const metadata = Object.fromEntries(
        Object.entries(report.metadata).map(([key, text]) => [key, key === 'producer' ? text : JSON.parse(text)]),
      );
      assert.deepEqual(metadata.normalize, normalizeOf(network));
      assert.equal(metadata.class_names.length, report.output[0][1][1]);
      assert.equal(metadata.recipe.batchSize, network.recipe.batchSize ?? 16);
    }
  },
);

test(
  'folding leaves no batch norm that directly follows a convolution, and keeps the others',
  { skip: withoutRuntime },
  async () => {
    const count = (bytes, op) => Buffer.from(bytes).toString('latin1').split(op).length - 1;
    const session = openNetwork(
      engine,
      networks.find(({ id }) => id === 'branches'),
    );
    assert.equal(count(await session.exportModel({ format: 'onnx' }), 'BatchNormalization'), 4);
    assert.equal(count(await session.exportModel({ format: 'onnx', foldBatchNorm: true }), 'BatchNormalization'), 1);
    session.dispose();
  },
);
