// SPDX-License-Identifier: MIT
//
// Every layer and loss computes what PyTorch computes, at sizes that fill no vector, windows that overlap or leave rows over, batches
// that fill no block. Each case is a small network: every layer's output, the loss and all gradients (layer_cases.py holds the cases).
// Outputs are those of evaluation, by running statistics; gradients those of training, by the batch's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { assertGradientsWithin, assertListsWithin, assertWithinRelative } from './closeness.mjs';
import { readFixture, under } from './safetensors.mjs';

// Relative. PyTorch's own float32 is within 1.1e-5 of its float64 in each of these cases (pytorchFloat32Relative in the fixtures).
const kOutput = 1e-5;
const kLoss = 1e-5;
const kGradient = 1e-4;
const kTrained = 1e-5; // weights and running statistics after a few steps

const kFiles = [
  ...['layers', 'layers-grouped', 'layers-window', 'layers-pool', 'layers-join', 'layers-activation', 'layers-norm'],
  ...['layers-rounding', 'losses'],
];

const engine = await loadEngine({ threads: 1 });

/** One case's tensors and a session with its weights. */
function openCase(fixture, { spec, normalize, loss }, options) {
  const tensors = new Map(under(fixture.tensors, `${spec.name}/`).map((tensor) => [tensor.name, tensor]));
  const [count, height, width] = tensors.get('images').shape;
  const session = engine.createSession({ model: spec, normalize, loss, batchSize: count, ...options });
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

/** The mean loss of training, before its update. */
function checkTrainingLoss({ tensors, session, data }, trains = true) {
  if (!trains) return 0;
  session.setData('train', data);
  const expected = (tensors.get('trainingLoss') ?? tensors.get('loss')).data;
  return assertWithinRelative([session.trainSteps(1).loss], expected, kLoss, 'training loss');
}

for (const file of kFiles) {
  const fixture = readFixture(`${file}.safetensors`);
  const { cases, normSteps, normOptimizer } = fixture.metadata;
  for (const layerCase of cases) {
    test(`${layerCase.spec.name}: outputs, loss and gradients are PyTorch's`, (t) => {
      const opened = openCase(fixture, layerCase);
      const { tensors, session, data } = opened;
      const output = checkOutputs(opened, layerCase.spec);
      session.setData('test', data);
      const evaluated = assertWithinRelative([session.evaluate('test').loss], tensors.get('loss').data, kLoss, 'loss');
      const gradients = session.gradients(data.images, data.labels);
      const gradient = assertGradientsWithin(gradients, under(tensors, 'gradient/'), kGradient);
      const loss = Math.max(evaluated, checkTrainingLoss(opened, layerCase.trains));
      const [a, b, c] = [output, loss, gradient].map((distance) => distance.toExponential(1));
      t.diagnostic(`largest relative differences: outputs ${a}, loss ${b}, gradients ${c}`);
      session.dispose();
    });
  }

  for (const layerCase of cases.filter(({ spec }) => fixture.tensors.has(`${spec.name}/lossAfterTraining`))) {
    test(`${layerCase.spec.name}: weights and running statistics after ${normSteps} steps are PyTorch's`, (t) => {
      const { tensors, session, data } = openCase(fixture, layerCase, { optimizer: normOptimizer });
      session.setData('train', data);
      session.trainSteps(normSteps);
      const trained = under(tensors, 'trained/');
      const distance = assertListsWithin(assertWithinRelative, session.parameters(), trained, kTrained);
      session.setData('test', data);
      const expected = tensors.get('lossAfterTraining').data;
      const loss = assertWithinRelative([session.evaluate('test').loss], expected, kLoss, 'loss after training');
      t.diagnostic(`largest relative differences: ${distance.toExponential(1)}, loss ${loss.toExponential(1)}`);
      session.dispose();
    });
  }
}
