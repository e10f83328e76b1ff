// SPDX-License-Identifier: MIT
//
// Networks that nobody thought of: random_networks.py makes them from a seed out of all layers, with branches, and runs them in
// PyTorch; here they give the same outputs, loss, gradients and weights after some steps. Needs PyTorch, and says so where it is not.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { findPythonWithTorch, howToGetPyTorch } from '../../tools/setup/pytorch.mjs';
import { assertGradientsWithin, assertListsWithin, assertWithinRelative } from './closeness.mjs';
import { readFixture, under } from './safetensors.mjs';

const kSeed = 1;
const kCount = 50;
const kTypes = 20; // of layers, each of which is to be among them

// Relative. A random network can make much of rounding: where PyTorch's own float32 is further than a thirtieth of these from its
// float64, thirty times that distance is allowed (at most 6e-3: the script passes over networks of which float32 tells less).
const kOutput = 1e-5;
const kLoss = 1e-5;
const kGradient = 1e-4;
const kWeight = { sgd: 1e-4, adam: 1e-3, adamW: 1e-3, rmsprop: 1e-3 }; // all but SGD make whole steps of small gradients
const kRate = 1e-12;

function makeNetworks(python) {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-networks-'));
  try {
    const file = join(folder, 'networks.safetensors');
    const script = fileURLToPath(new URL('./random_networks.py', import.meta.url));
    const { status, stderr } = spawnSync(python, ['-B', script, file, '--seed', kSeed, '--count', kCount]);
    assert.equal(status, 0, String(stderr));
    return readFixture(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The rows of one mini-batch of a [steps, count, height, width] tensor. */
function batchOf(images, labels, step) {
  const [, count, height, width] = images.shape;
  const size = count * height * width;
  return {
    images: images.data.slice(step * size, (step + 1) * size),
    labels: labels.data.slice(step * count, (step + 1) * count),
    height,
    width,
  };
}

function openNetwork(engine, fixture, { spec, loss, optimizer, schedule, count }) {
  const tensors = new Map(under(fixture.tensors, `${spec.name}/`).map((tensor) => [tensor.name, tensor]));
  const session = engine.createSession({ model: spec, loss, optimizer, schedule, batchSize: count });
  session.setParameters(under(tensors, 'weight/'));
  return { session, tensors, batch: (step) => batchOf(tensors.get('images'), tensors.get('labels'), step) };
}

/** Of every layer for every image of the first mini-batch. */
function checkOutputs({ session, tensors, batch }, tolerance) {
  const { images, labels, height, width } = batch(0);
  const area = height * width;
  const maps = Array.from(labels, (_, i) => session.allActivations(images.subarray(i * area, (i + 1) * area)));
  const distances = session.spec.layers.map(({ name }) => {
    const values = maps.flatMap((layers) => [...layers.find((layer) => layer.name === name).data]);
    return assertWithinRelative(values, tensors.get(`output/${name}`).data, tolerance, name);
  });
  return Math.max(...distances);
}

function checkTraining({ session, tensors, batch }, { learningRates, optimizer }, allowed) {
  const results = learningRates.map((_, step) => {
    session.setData('train', batch(step));
    return session.trainSteps(1);
  });
  const [rates, losses] = ['learningRate', 'loss'].map((field) => results.map((result) => result[field]));
  assertWithinRelative(rates, learningRates, kRate, 'learning rates');
  assertWithinRelative(losses, tensors.get('trained/losses').data, allowed(kLoss), 'losses');
  const trained = under(tensors, 'trained/').filter(({ name }) => name !== 'losses');
  if (trained.length > 0)
    return assertListsWithin(assertWithinRelative, session.parameters(), trained, allowed(kWeight[optimizer.type]));
  return 0;
}

const python = findPythonWithTorch();
if (python) {
  const engine = await loadEngine({ threads: 2 });
  const fixture = makeNetworks(python);
  const { networks, passedOver } = fixture.metadata;

  test(`${kCount} random networks hold every type of layer`, (t) => {
    assert.equal(networks.length, kCount);
    t.diagnostic(
      `${passedOver} others were passed over: they diverge, or PyTorch's own float32 is far from its float64`,
    );
    assert.ok(passedOver <= kCount / 10, 'few are');
    const types = new Set(networks.flatMap(({ spec }) => spec.layers.map(({ type }) => type)));
    assert.equal(types.size, kTypes, [...types].join(', '));
  });

  for (const network of networks) {
    const { name, layers } = network.spec;
    test(`${name}, ${layers.length} layers: all it computes and learns is PyTorch's`, (t) => {
      const allowed = (tolerance) => Math.max(tolerance, 30 * network.pytorchFloat32Relative);
      const opened = openNetwork(engine, fixture, network);
      const { session, tensors, batch } = opened;
      const output = checkOutputs(opened, allowed(kOutput));
      session.setData('test', batch(0));
      const { loss } = session.evaluate('test');
      assertWithinRelative([loss], tensors.get('loss').data, allowed(kLoss), 'loss');
      const gradients = session.gradients(batch(0).images, batch(0).labels);
      const gradient = assertGradientsWithin(gradients, under(tensors, 'gradient/'), allowed(kGradient));
      const weights = checkTraining(opened, network, allowed);
      const [a, b, c] = [output, gradient, weights].map((distance) => distance.toExponential(1));
      t.diagnostic(`largest relative differences: outputs ${a}, gradients ${b}, weights ${c}`);
      session.dispose();
    });
  }
} else {
  test(
    'random networks agree with PyTorch',
    { skip: `no python3 with PyTorch was found. ${howToGetPyTorch}` },
    () => {},
  );
}
