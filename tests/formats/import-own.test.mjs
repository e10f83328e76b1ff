// SPDX-License-Identifier: MIT
//
// What is exported comes in as it was: network, weights bit for bit, names of classes and normalization, so that a session of it predicts
// the same, trains on and exports the same file again.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { exportedNetworks, openNetwork, runNetwork } from './networks.mjs';

const kImages = 4;
const engine = await loadEngine({ threads: 1 });

/** What each file is made of. */
const files = {
  json: (session) => session.exportModel({ format: 'json' }),
  safetensors: (session) => session.exportModel({ format: 'safetensors' }),
  onnx: (session) => session.exportModel({ format: 'onnx' }),
  'onnx of pixels 0..1': (session) => session.exportModel({ format: 'onnx', input: 'unit' }),
  'onnx of normalized pixels': (session) => session.exportModel({ format: 'onnx', input: 'normalized' }),
  checkpoint: (session) => session.save(),
};

/** The options that make a session of what was imported. */
const options = ({ spec, parameters, normalize, classNames }) => ({ model: spec, parameters, normalize, classNames });

for (const network of exportedNetworks(engine)) {
  test(`${network.id}: every file gives the same bits again`, async () => {
    const session = openNetwork(engine, network);
    const expected = runNetwork(session, kImages).logits;
    for (const [name, write] of Object.entries(files)) {
      const imported = await engine.importModel(await write(session));
      assert.equal(imported.format, name.split(' ')[0]);
      assert.deepEqual(imported.spec, session.spec, name);
      assert.deepEqual(imported.parameters, session.parameters(), name);
      assert.deepEqual(imported.notes, [], name);
      assert.deepEqual(imported.normalize, network.recipe.normalize ?? { mean: 0.25, std: 0.5 }, name);
      const again = engine.createSession(options(imported));
      assert.deepEqual(runNetwork(again, kImages).logits, expected, name);
      if (name === 'onnx') {
        const graph = (bytes) => Buffer.from(bytes).subarray(0, Buffer.from(bytes).indexOf('recipe') - 8);
        assert.deepEqual(graph(await write(again)), graph(await write(session)), 'the same file again');
      }
      again.dispose();
    }
    session.dispose();
  });

  test(`${network.id}: a file with batch norm folded gives the same logits`, async () => {
    const session = openNetwork(engine, network);
    const imported = await engine.importModel(await session.exportModel({ format: 'onnx', foldBatchNorm: true }));
    const again = engine.createSession(options(imported));
    assertWithinRelative(runNetwork(again, kImages).logits, runNetwork(session, kImages).logits, 1e-5, network.id);
    again.dispose();
    session.dispose();
  });
}

test('names of classes come along, and an imported network trains on', async () => {
  const classNames = [...'abcdefghij'];
  const session = engine.createSession({ model: 'tinycnn', classNames, seed: 5 });
  const data = engine.generateDigits({ count: 200 });
  session.setData('train', data);
  session.trainSteps(5);
  for (const [name, write] of Object.entries(files)) {
    const imported = await engine.importModel(await write(session));
    assert.deepEqual(imported.classNames, classNames, name);
    const again = engine.createSession({ ...options(imported), seed: 5 });
    assert.deepEqual(again.classNames, classNames, name);
    again.setData('train', data);
    const first = again.trainSteps(1).loss;
    again.trainSteps(60);
    assert.ok(again.trainSteps(1).loss < first, `${name}: it learns`);
    again.dispose();
  }
  session.dispose();
});

test('a frozen layer and what ONNX does not hold stay as they were', async () => {
  const spec = {
    name: 'frozen',
    input: [1, 6, 6],
    layers: [
      { name: 'conv', type: 'conv2d', outChannels: 2, kernelSize: 3, frozen: true },
      { name: 'bn', type: 'batchNorm2d', momentum: 0.3, eps: 1e-3 },
      { name: 'drop', type: 'dropout2d', p: 0.2 },
      { name: 'flatten', type: 'flatten' },
      { name: 'fc', type: 'linear', outFeatures: 3 },
    ],
  };
  const session = engine.createSession({ model: spec });
  const imported = await engine.importModel(await session.exportModel({ format: 'onnx' }));
  assert.deepEqual(imported.spec, session.spec);
  session.dispose();
});

test('the example of docs/formats.md predicts with an imported network', async () => {
  const text = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');
  const [, code] = /## Files of other programs[^]*?```js\n([^]*?)```/.exec(text);
  const session = engine.createSession({ model: 'tinycnn', seed: 4 });
  const pixels = Uint8Array.from({ length: 28 * 28 }, (_, i) => (7 * i) % 256);
  const run = new Function('engine', 'bytes', 'pixels', `return (async () => { ${code} return probabilities; })();`);
  for (const format of ['onnx', 'json']) {
    const bytes = await session.exportModel({ format });
    assert.deepEqual(await run(engine, bytes, pixels), session.predict(pixels), format);
  }
  session.dispose();
});
