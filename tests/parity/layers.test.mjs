// SPDX-License-Identifier: MIT
//
// Every layer computes what PyTorch computes, at sizes that fill no vector, windows that overlap or leave rows over, batches that
// fill no block. Each case is a small network: every layer's output, the loss and all gradients (layer_cases.py holds the cases).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { assertListsWithin, assertWithinRelative } from './closeness.mjs';
import { readFixture, under } from './safetensors.mjs';

const kOutput = 1e-5; // relative, as are the next two
const kLoss = 1e-5;
const kGradient = 1e-4;

const fixture = readFixture('layers.safetensors');
const engine = await loadEngine({ threads: 1 });

/** One case's tensors and a session with its weights. */
function openCase({ spec, normalize }) {
  const tensors = new Map(under(fixture.tensors, `${spec.name}/`).map((tensor) => [tensor.name, tensor]));
  const [count, height, width] = tensors.get('images').shape;
  const session = engine.createSession({ model: spec, normalize, batchSize: count });
  const initial = session.parameters();
  const weights = under(tensors, 'weight/');
  assert.deepEqual(
    initial.map(({ name, shape }) => [name, [...shape]]),
    weights.map(({ name, shape }) => [name, shape]),
    "parameters have PyTorch's names, shapes and order",
  );
  session.setParameters(weights);
  const data = { images: tensors.get('images').data, labels: tensors.get('labels').data, height, width };
  return { tensors, session, data };
}

function checkOutputs({ tensors, session, data }, spec) {
  const area = data.height * data.width;
  const logits = spec.layers.at(-1).name;
  const distances = spec.layers.map(({ name }) => {
    const expected = tensors.get(`output/${name}`);
    const samples = name === logits ? data.labels.length : 1;
    const outputs = Array.from({ length: samples }, (_, i) => {
      const { shape, data: values } = session.activations(name, data.images.subarray(i * area, (i + 1) * area));
      const [channels, height = 1, width = 1] = expected.shape.slice(1);
      assert.deepEqual([...shape], [channels, height, width], `${name}'s shape`);
      return [...values];
    });
    return assertWithinRelative(outputs.flat(), expected.data, kOutput, name);
  });
  return Math.max(...distances);
}

for (const layerCase of fixture.metadata.cases) {
  test(`${layerCase.spec.name}: outputs, loss and gradients are PyTorch's`, (t) => {
    const opened = openCase(layerCase);
    const { tensors, session, data } = opened;
    const output = checkOutputs(opened, layerCase.spec);
    session.setData('test', data);
    const loss = assertWithinRelative([session.evaluate('test').loss], tensors.get('loss').data, kLoss, 'loss');
    const gradients = session.gradients(data.images, data.labels);
    const gradient = assertListsWithin(assertWithinRelative, gradients, under(tensors, 'gradient/'), kGradient);
    const [a, b, c] = [output, loss, gradient].map((distance) => distance.toExponential(1));
    t.diagnostic(`largest relative differences: outputs ${a}, loss ${b}, gradients ${c}`);
    session.dispose();
  });
}
