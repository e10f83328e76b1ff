// SPDX-License-Identifier: MIT
//
// The safetensors file byte by byte: names, shapes and values of PyTorch's state_dict, aligned, and the metadata that say what they are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { withSession } from '../support/sessions.mjs';
import { exportedNetworks, openNetwork } from './networks.mjs';

const engine = await loadEngine({ threads: 1 });
const kLengthBytes = 8;

function read(bytes) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  const { __metadata__: metadata, ...tensors } = header;
  return { length, metadata, tensors, data: bytes.slice(kLengthBytes + length) };
}

for (const network of exportedNetworks(engine)) {
  test(`${network.id}: the file holds the weights under their names`, async () => {
    const session = openNetwork(engine, network);
    const { tensors, data, length } = read(await session.exportModel({ format: 'safetensors' }));
    const expected = session.parameters();
    assert.deepEqual(Object.keys(tensors), [...expected.map(({ name }) => name)]);
    let end = 0;
    for (const { name, shape, data: values } of expected) {
      const { dtype, shape: written, data_offsets: offsets } = tensors[name];
      assert.deepEqual([dtype, written, offsets[0]], ['F32', [...shape], end], name);
      end = offsets[1];
      assert.deepEqual(new Float32Array(data.slice(...offsets).buffer), values, name);
    }
    assert.equal(end, data.length, 'nothing follows the last tensor');
    assert.equal(length % 8, 0, 'the values are aligned');
    session.dispose();
  });
}

test('the metadata say what the network is and how it was trained', async () => {
  const { spec, recipe } = engine.zoo.find(({ id }) => id === 'residual-8k');
  const classNames = [...'abcdefghi', 'quote " \\ \u0007 é'];
  const augment = { degrees: 5, elastic: { alpha: 3 } };
  const session = engine.createSession({ ...recipe, model: spec, classNames, seed: 7, augment });
  const { metadata } = read(await session.exportModel({ format: 'safetensors' }));
  const json = (key) => JSON.parse(metadata[key]);
  assert.equal(metadata.format, 'pt');
  assert.equal(metadata.producer, `TinyCNN ${engine.info.version}`);
  assert.deepEqual(json('class_names'), classNames);
  assert.deepEqual(json('normalize'), recipe.normalize);
  assert.equal(json('step'), 0);
  const options = json('recipe');
  assert.equal(options.seed, 7);
  assert.equal(options.augment.elastic.alpha, 3);
  withSession(engine, { ...options, model: json('spec'), classNames: json('class_names') }, (again) => {
    assert.deepEqual(again.spec, session.spec);
    assert.deepEqual(again.save(), session.save(), 'the same session comes of what the metadata say');
  });
  session.dispose();
});

test('the weights are those that the session predicts with: the moving average where there is one', async () => {
  const data = engine.generateDigits({ count: 32 });
  const session = engine.createSession({ model: 'tinycnn', emaDecay: 0.9, batchSize: 8 });
  session.setData('train', data);
  session.trainSteps(3);
  const exported = session.exportModel({ format: 'safetensors' });
  session.trainSteps(1);
  const { data: bytes, tensors, metadata } = read(await exported);
  assert.equal(metadata.step, '3', 'those of the moment of the call');
  session.rewind();
  session.trainSteps(3);
  const [first] = session.parameters({ averaged: true });
  assert.deepEqual(new Float32Array(bytes.slice(...tensors[first.name].data_offsets).buffer), first.data);
  assert.notDeepEqual(first.data, session.parameters()[0].data);
  session.dispose();
});
