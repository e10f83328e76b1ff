// SPDX-License-Identifier: MIT
//
// Every optimizer and schedule trains as PyTorch's does: weights, losses and the learning rate of each step, of two small networks
// (training_cases.py holds the runs).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { assertListsWithin, assertWithinRelative } from './closeness.mjs';
import { readFixture, under } from './safetensors.mjs';

const kWeight = 1e-5; // relative, after all steps; PyTorch's own float32 is within 2.7e-6 of its float64
const kLoss = 1e-5; // relative
const kRate = 1e-12; // in units of the run's largest; both sides compute in double

const engine = await loadEngine({ threads: 1 });

function openRun(fixture, { network, optimizer, schedule, emaDecay }) {
  const { networks, batchSize } = fixture.metadata;
  const session = engine.createSession({ model: networks[network], batchSize, optimizer, schedule, emaDecay });
  session.setParameters(under(fixture.tensors, `${network}/weight/`));
  return session;
}

/** Losses and learning rates of one step per batch. */
function train(session, fixture) {
  const { batchSize, steps } = fixture.metadata;
  const [images, labels] = ['images', 'labels'].map((name) => fixture.tensors.get(name).data);
  const [, height, width] = session.spec.input;
  const area = height * width;
  return Array.from({ length: steps }, (_, i) => {
    const [first, end] = [i * batchSize, (i + 1) * batchSize];
    const batch = { images: images.slice(first * area, end * area), labels: labels.slice(first, end), height, width };
    session.setData('train', batch);
    return session.trainSteps(1);
  });
}

/** With an average, a session evaluates by it: what it then predicts is what one with the averaged weights predicts. */
function checkAverage(session, fixture, run, trained) {
  const averages = new Map(under(trained, 'average/').map(({ name, data }) => [name, data]));
  const plain = openRun(fixture, { ...run, emaDecay: 0 });
  plain.setParameters(session.parameters().map((t) => ({ ...t, data: averages.get(t.name) ?? t.data })));
  const image = fixture.tensors.get('images').data.subarray(0, session.spec.input[1] * session.spec.input[2]);
  assertWithinRelative(session.predict(image), plain.predict(image), kWeight, 'prediction by the average');
  plain.setParameters(session.parameters());
  assert.notDeepEqual(session.predict(image), plain.predict(image), 'the average is not the weights themselves');
  plain.dispose();
}

for (const file of ['optimizers', 'schedules']) {
  const fixture = readFixture(`${file}.safetensors`);
  for (const run of fixture.metadata.runs) {
    const { name, network, learningRates } = run;
    test(`${fixture.metadata.steps} steps of ${name} are PyTorch's (${network})`, (t) => {
      const session = openRun(fixture, run);
      const results = train(session, fixture);
      const expected = under(fixture.tensors, `${network}/${name}/`);
      const [rates, losses] = ['learningRate', 'loss'].map((field) => results.map((result) => result[field]));
      assertWithinRelative(rates, learningRates, kRate, 'learning rates');
      const expectedLosses = expected.find((tensor) => tensor.name === 'losses').data;
      const loss = assertWithinRelative(losses, expectedLosses, kLoss, 'losses');
      const weights = expected.filter((tensor) => tensor.name !== 'losses' && !tensor.name.startsWith('average/'));
      const weight = assertListsWithin(assertWithinRelative, session.parameters(), weights, kWeight);
      if (run.emaDecay) checkAverage(session, fixture, run, new Map(expected.map((tensor) => [tensor.name, tensor])));
      t.diagnostic(`largest relative differences: weights ${weight.toExponential(1)}, losses ${loss.toExponential(1)}`);
      session.dispose();
    });
  }
}
