// SPDX-License-Identifier: MIT
//
// Every model of the zoo computes and trains as PyTorch's does, with its own recipe's optimizer, schedule and loss, dropout off.
// Weights are a formula (zoo-weights.mjs); of tensors the fixtures hold a sample and sums over all values.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { assertListsWithin, assertWithinRelative, largestMagnitude } from './closeness.mjs';
import { readFixture, under } from './safetensors.mjs';
import { initialParameters, sample, sums, zooForParity } from './zoo-weights.mjs';

// Relative; what PyTorch's own float32 is off by is in the fixture (pytorchFloat32Relative).
const kOutput = 1e-5;
const kLoss = 1e-5;
const kGradient = 5e-4; // batch norm and global averages leave small gradients by cancelling large ones; PyTorch's float32: 9e-5
// After ten steps, from a batch on where no ReLU and no max-pool is so near a tie that float32 sends a gradient another way than float64
// (make_fixtures.py). Adam at 0.01 makes whole steps of gradients that nearly cancel: PyTorch's own float32 is 2e-4 off.
const kWeight = 3e-4;
const kLosses = 1e-4; // of those steps, for the same reasons

/** As the zoo is meant to be. */
const kParameters = {
  tinycnn: 18_982,
  'sigmoid-mlp': 25_450,
  lenet5: 61_706,
  'bn-gap-12k': 12_400,
  'residual-8k': 8_530,
  'wide-593k': 593_200,
  'conv3-61k': 61_461,
  'conv2-24k': 24_245,
  'conv2-10k': 9_874,
  'conv4-21k': 21_498,
  'conv3-2k': 1_856,
  'sep-3914': 3_914,
  'sep-6610': 6_610,
  'sep-572': 572,
  'se-12k': 12_412,
};

const fixture = readFixture('zoo.safetensors');
const { models, batchSize, steps } = fixture.metadata;
const images = readFixture('tinycnn-batches.safetensors').tensors;
const engine = await loadEngine({ threads: 1 });
const kSide = 28;

function batch(index) {
  const [first, end] = [index * batchSize, (index + 1) * batchSize];
  return {
    images: images.get('images').data.slice(first * kSide ** 2, end * kSide ** 2),
    labels: images.get('labels').data.slice(first, end),
    height: kSide,
    width: kSide,
  };
}

function openModel({ spec, recipe }) {
  const { optimizer, schedule, loss, normalize } = recipe;
  const session = engine.createSession({ model: spec, batchSize, optimizer, schedule, loss, normalize });
  session.setParameters(initialParameters(session.parameters()));
  return session;
}

/** Samples elementwise and sums over all, both in units of what the tensor's values typically are. */
function assertSummarizedWithin(actual, model, prefix, tolerance) {
  const expected = under(fixture.tensors, `${model.id}/${prefix}`).filter(({ name }) => name !== 'losses');
  const sampled = actual.map(({ name, data }) => ({ name, shape: [sample(data).length], data: sample(data) }));
  const distance = assertListsWithin(assertWithinRelative, sampled, expected, tolerance);
  for (const { name, data } of actual) {
    const [wanted, found] = [model.sums[`${prefix}${name}`], sums(data)];
    const near = (kind, scale) =>
      assert.ok(
        Math.abs(found[kind] - wanted[kind]) <= tolerance * scale,
        `${kind} of ${name}: ${found[kind]}, expected ${wanted[kind]}`,
      );
    near('norm', wanted.norm);
    near('magnitudes', wanted.magnitudes);
    near('sum', wanted.magnitudes);
  }
  return distance;
}

const expectedOf = (model, name) => fixture.tensors.get(`${model.id}/${name}`).data;
const show = (distances) =>
  Object.entries(distances)
    .map(([what, distance]) => `${what} ${distance.toExponential(1)}`)
    .join(', ');

test('the fixtures are those of the zoo as it is (npm run fixtures makes them)', () => {
  const zoo = zooForParity(engine);
  assert.deepEqual(
    models.map(({ id, spec, recipe }) => ({ id, spec, recipe })),
    zoo,
  );
  assert.deepEqual(Object.fromEntries(engine.zoo.map(({ id, parameters }) => [id, parameters])), kParameters);
});

for (const model of models) {
  test(`${model.id}: outputs, loss and gradients are PyTorch's`, (t) => {
    const session = openModel(model);
    const first = batch(0);
    const last = model.spec.layers.at(-1).name;
    const rows = Array.from(first.labels, (_, i) => [
      ...session.activations(last, first.images.subarray(i * kSide ** 2, (i + 1) * kSide ** 2)).data,
    ]);
    const output = assertWithinRelative(sample(rows.flat()), expectedOf(model, 'output'), kOutput, last);
    session.setData('test', first);
    const loss = assertWithinRelative([session.evaluate('test').loss], expectedOf(model, 'loss'), kLoss, 'loss');
    const gradients = session.gradients(first.images, first.labels);
    const gradient = assertSummarizedWithin(gradients, model, 'gradient/', kGradient);
    assert.ok(largestMagnitude(gradients[0].data) > 0, 'the first layer learns');
    t.diagnostic(`largest relative differences: ${show({ output, loss, gradient })}`);
    session.dispose();
  });

  test(`${model.id}: weights and losses over ${steps} steps of its recipe are PyTorch's`, (t) => {
    const session = openModel(model);
    const losses = Array.from({ length: steps }, (_, i) => {
      session.setData('train', batch((model.firstBatch + i) % steps));
      return session.trainSteps(1).loss;
    });
    const lossDistance = assertWithinRelative(losses, expectedOf(model, 'trained/losses'), kLosses, 'losses');
    const weights = assertSummarizedWithin(session.parameters(), model, 'trained/', kWeight);
    t.diagnostic(`largest relative differences: ${show({ losses: lossDistance, weights })}`);
    session.dispose();
  });
}
