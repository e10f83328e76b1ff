// SPDX-License-Identifier: MIT
//
// Frozen layers by the package: their weights stay bit for bit, and they are as one says who reads the spec. (tests/core/frozen.test.cpp:
// gradients, batch norm, threads.)

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainingMacs } from 'tinycnn';
import { assertCode, engineWith, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const engine = await engineWith(1);
const digits = syntheticDigits({ count: 200, seed: 4 });
const { spec } = engine.zoo.find(({ id }) => id === 'tinycnn');
const freeze = (...names) => ({
  ...spec,
  layers: spec.layers.map((layer) => (names.includes(layer.name) ? { ...layer, frozen: true } : layer)),
});

test('training a head alone leaves what was learned before as it is, and learns', () => {
  const learned = withSession(engine, { model: 'tinycnn', seed: 5 }, (session) => {
    session.setData('train', digits);
    session.trainSteps(30);
    return session.parameters();
  });
  withSession(engine, { model: freeze('conv1', 'conv2'), batchSize: 20 }, (session) => {
    session.setParameters(learned);
    session.setData('train', digits);
    const before = session.evaluate('train').loss;
    session.trainSteps(40);
    assert.ok(session.evaluate('train').loss < before);
    for (const [i, { name, data }] of session.parameters().entries()) {
      (name.startsWith('conv') ? assert.deepEqual : assert.notDeepEqual)(data, learned[i].data, name);
    }
    const names = session.gradients(digits.images, digits.labels).map(({ name }) => name);
    assert.deepEqual(names, ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
  });
});

test('a frozen layer says so in spec and summary, and a checkpoint keeps it frozen', () => {
  withSession(engine, { model: freeze('conv1') }, (session) => {
    assert.deepEqual(
      [session.spec, session.summary].map(({ layers }) => layers.map(({ frozen = false }) => frozen)),
      Array.from({ length: 2 }, () => spec.layers.map(({ name }) => name === 'conv1')),
    );
    assert.equal(session.summary.parameters, engine.describe(spec).parameters);
    const restored = engine.restoreSession(session.save());
    assert.deepEqual(restored.spec, session.spec);
    restored.dispose();
    withSession(engine, { model: spec }, (other) => {
      assertCode('invalid-checkpoint', () => other.load(session.save()), 'other layers');
    });
  });
});

test('a frozen layer costs no gradient of its weights', () => {
  const macs = (model) => trainingMacs(engine.describe(model));
  const [conv1, , conv2] = engine.describe(spec).layers;
  assert.equal(macs(spec) - macs(freeze('conv2')), conv2.macs);
  assert.equal(macs(spec) - macs(freeze('conv1')), conv1.macs + conv2.macs, 'nor a gradient of what is before it');
});

test('frozen is true or false', () => {
  for (const frozen of ['yes', 1, {}]) {
    const layers = spec.layers.with(0, { ...spec.layers[0], frozen });
    assertCode('invalid-spec', () => engine.describe({ ...spec, layers }), 'conv1.frozen', 'true or false');
  }
});

test('a network that is frozen as a whole is refused, as is freezing what has no weights', () => {
  assertCode('invalid-spec', () => engine.describe(freeze('conv1', 'conv2', 'fc1', 'fc2')), 'not frozen');
  assertCode('invalid-spec', () => engine.describe(freeze('relu1')), 'layers[1]', "'frozen'");
});
