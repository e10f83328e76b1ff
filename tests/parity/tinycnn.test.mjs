// SPDX-License-Identifier: MIT
//
// TinyCNN computes what PyTorch computes: from the same weights and images the same logits, loss, gradients and, after ten optimizer
// steps, the same weights. The fixtures come from make_fixtures.py (`npm run fixtures`), which also tells how far PyTorch's own
// float32 is from the truth.

import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { assertListsWithin, assertWithinAbsolute, assertWithinRelative } from './closeness.mjs';
import { readFixture, under } from './safetensors.mjs';

const kLogits = 1e-5; // relative, as are the next two
const kLoss = 1e-5;
const kGradient = 1e-4;
const kWeight = 1e-5; // absolute, after ten steps

const start = readFixture('tinycnn-start.safetensors');
const batches = readFixture('tinycnn-batches.safetensors');
const trained = readFixture('tinycnn-trained.safetensors');
const { batchSize, steps, normalize } = start.metadata;
const [, height, width] = start.metadata.spec.input;
const area = height * width;

function batch(index) {
  const first = index * batchSize;
  const images = batches.tensors.get('images').data.slice(first * area, (first + batchSize) * area);
  const labels = batches.tensors.get('labels').data.slice(first, first + batchSize);
  return { images, labels, height, width };
}

function sessionAtStart(engine, options) {
  const session = engine.createSession({ model: 'tinycnn', batchSize, normalize, ...options });
  session.setParameters(under(start.tensors, 'weight/'));
  return session;
}

function logitsOf(session, { images, labels }) {
  const rows = Array.from(labels, (_, i) => [
    ...session.activations('fc2', images.subarray(i * area, (i + 1) * area)).data,
  ]);
  return Float32Array.from(rows.flat());
}

const near = (distance, allowed, kind) => `largest difference ${distance.toExponential(1)} ${kind}, allowed ${allowed}`;

for (const threads of [1, 2]) {
  const engine = await loadEngine({ threads });
  const on = `on ${threads} thread${threads > 1 ? 's' : ''}`;

  test(`TinyCNN's logits are PyTorch's ${on}`, (t) => {
    const session = sessionAtStart(engine);
    const expected = start.tensors.get('output/fc2').data;
    const distance = assertWithinRelative(logitsOf(session, batch(0)), expected, kLogits, 'logits');
    t.diagnostic(near(distance, kLogits, 'relative'));
    session.dispose();
  });

  test(`TinyCNN's loss is PyTorch's ${on}, evaluating and training`, (t) => {
    const session = sessionAtStart(engine);
    const expected = start.tensors.get('loss').data;
    session.setData('test', batch(0));
    session.setData('train', batch(0));
    const evaluated = assertWithinRelative([session.evaluate('test').loss], expected, kLoss, 'evaluated loss');
    const training = assertWithinRelative([session.trainSteps(1).loss], expected, kLoss, 'training loss');
    t.diagnostic(near(Math.max(evaluated, training), kLoss, 'relative'));
    session.dispose();
  });

  test(`TinyCNN's gradients are PyTorch's ${on}`, (t) => {
    const session = sessionAtStart(engine);
    const { images, labels } = batch(0);
    const gradients = session.gradients(images, labels);
    const distance = assertListsWithin(assertWithinRelative, gradients, under(start.tensors, 'gradient/'), kGradient);
    t.diagnostic(near(distance, kGradient, 'relative'));
    session.dispose();
  });

  for (const [name, optimizer] of Object.entries(trained.metadata.optimizers)) {
    test(`TinyCNN's weights and losses over ${steps} steps of ${name} are PyTorch's ${on}`, (t) => {
      const session = sessionAtStart(engine, { optimizer });
      const losses = Array.from({ length: steps }, (_, i) => {
        session.setData('train', batch(i));
        return session.trainSteps(1).loss;
      });
      const expected = under(trained.tensors, `${name}/`);
      const lossesExpected = expected.find((tensor) => tensor.name === 'losses').data;
      const weights = expected.filter((tensor) => tensor.name !== 'losses');
      const distance = assertListsWithin(assertWithinAbsolute, session.parameters(), weights, kWeight);
      const lossDistance = assertWithinRelative(losses, lossesExpected, kLoss, 'losses');
      t.diagnostic(`${near(distance, kWeight, 'absolute')}; losses: ${near(lossDistance, kLoss, 'relative')}`);
      session.dispose();
    });
  }
}
