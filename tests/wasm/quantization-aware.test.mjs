// SPDX-License-Identifier: MIT
//
// Networks that train with the rounding of 8-bit integers: their integers give what they themselves predict. With MNIST_DIR also TinyCNN on
// MNIST's 10,000 test digits.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lacksMnist, mnist } from '../support/mnist.mjs';
import { engineWith, rejects, SMALL_SPEC } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const engine = await engineWith(2);
const train = syntheticDigits({ count: 1000, seed: 1 });
const unseen = syntheticDigits({ count: 400, seed: 2 });

/** Disposes the sessions that `open` opened once the test has ended. */
function opener(t) {
  return (options, data = { train, test: unseen }) => {
    const session = engine.createSession({ seed: 1, ...options });
    t.after(() => session.dispose());
    for (const [split, images] of Object.entries(data)) session.setData(split, images);
    return session;
  };
}

const pixelsOf = (data, i) => data.images.subarray(i * 784, (i + 1) * 784);

/** Checks that the integers of a session that rounds give its own logits, but for what lies about halfway between two of them; at least a
 * `share` of them the very same. */
async function checkIntegers(session, share) {
  const quantized = await session.quantize({ calibration: 20 });
  const { scale } = quantized.output;
  let same = 0;
  for (let i = 0; i < 100; ++i) {
    const [expected, got] = [session, quantized].map((model) => model.logits(pixelsOf(unseen, i)));
    for (const [label, value] of got.entries()) {
      assert.ok(Math.abs(value - expected[label]) < 1.01 * scale, `${value} and ${expected[label]}`);
      same += value === expected[label] ? 1 : 0;
    }
  }
  assert.ok(same >= 1000 * share, `only ${same} of 1000 scores are the same`);
  return quantized;
}

/** By network, the share of scores that are the very same. Sums are rounded twice, and averages are often halfway between two integers. */
const shares = { tinycnn: 0.95, 'residual-8k': 0.7, 'bn-gap-12k': null };

for (const [id, share] of Object.entries(shares)) {
  test(`${id} that rounds has the integers of the network that it was made of, and keeps their scales as it learns`, async (t) => {
    const open = opener(t);
    const { spec: model, recipe } = engine.zoo.find((entry) => entry.id === id);
    const options = { batchSize: 32, loss: recipe.loss };
    const session = open({ model, ...options });
    session.trainSteps(40);
    const before = session.save();
    const integers = await session.quantize({ calibration: 50 });
    const { spec, parameters } = await session.quantizationAware({ calibration: 50 });
    assert.deepEqual(session.save(), before);
    assert.ok(spec.layers.every(({ type }) => !type.startsWith('batchNorm')));

    const tuned = open({ model: spec, parameters, ...options });
    const first = await tuned.quantize();
    for (const image of [0, 1, 2]) {
      assert.deepEqual(first.scores(pixelsOf(unseen, image)), integers.scores(pixelsOf(unseen, image)));
    }
    const loss = tuned.evaluate('test').loss;
    tuned.trainSteps(60);
    assert.ok(tuned.evaluate('test').loss < loss, 'it learns');
    const after = share === null ? await tuned.quantize() : await checkIntegers(tuned, share);
    const scales = ({ layers }) => layers.map(({ name, quantization }) => [name, quantization]);
    assert.deepEqual(scales(after), scales(first));
    assert.notDeepEqual(after.scores(pixelsOf(unseen, 0)), first.scores(pixelsOf(unseen, 0)));
    assert.ok(Math.abs(after.evaluate('test').accuracy - tuned.evaluate('test').accuracy) <= 0.01);
  });
}

test('it is saved, restored, exported and pruned like any other network', async (t) => {
  const open = opener(t);
  const session = open({ model: SMALL_SPEC });
  session.trainSteps(50);
  const { spec, parameters } = await session.quantizationAware();
  assert.deepEqual(
    spec.layers.map(({ name }) => name),
    ['input_int8', 'conv', 'relu', 'pool', 'pool_int8', 'flatten', 'fc', 'fc_int8'],
  );
  const tuned = open({ model: spec, parameters });
  assert.deepEqual(tuned.spec, spec);
  const { sparsity } = await tuned.prune({ type: 'unstructured', sparsity: 0.5 });
  assert.ok(sparsity > 0.49);
  tuned.trainSteps(20);
  const restored = engine.restoreSession(tuned.save());
  t.after(() => restored.dispose());
  restored.setData('train', train);
  for (const each of [tuned, restored]) each.trainSteps(20);
  assert.deepEqual(restored.save(), tuned.save());
  assert.equal((await restored.pruning()).target, 0.5);
  await checkIntegers(tuned, 0.95);

  const imported = await engine.importModel(await tuned.exportModel({ format: 'json' }));
  assert.deepEqual(imported.spec, spec);
  const copy = open({ model: imported.spec, parameters: imported.parameters });
  assert.deepEqual(copy.logits(pixelsOf(unseen, 0)), tuned.logits(pixelsOf(unseen, 0)));
  for (const format of ['tflite', 'c']) {
    const file = await tuned.exportModel({ format, precision: 'int8' });
    assert.deepEqual(file, (await tuned.quantize()).exportModel({ format }));
  }
});

test('files of float32 hold the weights before rounding; with the spec in them they are the network that rounds', async (t) => {
  const open = opener(t);
  const session = open({ model: SMALL_SPEC });
  session.trainSteps(50);
  const { spec, parameters } = await session.quantizationAware();
  const tuned = open({ model: spec, parameters });
  const imported = await engine.importModel(await tuned.exportModel({ format: 'onnx' }));
  assert.deepEqual(imported.spec, spec);
  const weights = await tuned.exportModel({ format: 'safetensors' });
  const unrounded = await engine.importModel(weights, { spec: SMALL_SPEC });
  for (const [{ spec: model, parameters: values, normalize }, original] of [
    [imported, tuned],
    [unrounded, session],
  ]) {
    const copy = open({ model, parameters: values, normalize });
    assert.deepEqual(copy.logits(pixelsOf(unseen, 0)), original.logits(pixelsOf(unseen, 0)));
  }
});

test('what quantizationAware cannot do is refused by name', async (t) => {
  const open = opener(t);
  await rejects(open({ model: SMALL_SPEC }, {}).quantizationAware(), 'missing-data', /expected train data/);
  const session = open({ model: SMALL_SPEC });
  await rejects(session.quantizationAware({ calibrate: 1 }), 'invalid-option', /did you mean 'calibration'/);
  const range = /^\[quantizationAware\.calibration\] expected an integer from 1 to 10000, got 0/;
  await rejects(session.quantizationAware({ calibration: 0 }), 'invalid-option', range);
  const { spec, parameters } = await session.quantizationAware({ calibration: 5 });
  const tuned = open({ model: spec, parameters });
  await rejects(tuned.quantizationAware(), 'invalid-data', /^\[quantizationAware\] .* whose layer input_int8 does/);
  const create = (layer) => () =>
    engine.createSession({ model: { ...spec, layers: [layer, ...spec.layers.slice(1)] } }).dispose();
  const round = { name: 'input_int8', type: 'fakeQuantize' };
  const refused = (text) => (error) => error.code === 'invalid-spec' && text.test(error.message);
  assert.throws(
    create({ ...round, scale: 0 }),
    refused(/^\[fakeQuantize input_int8\] expected a scale above 0, got 0/),
  );
  assert.throws(create({ ...round, scale: 1, zeroPoint: 128 }), refused(/a zero_point from -128 to 127, got 128/));
  assert.throws(create({ ...round, zero: 1 }), refused(/'zero': did you mean 'zeroPoint'/));
  session.dispose();
  await rejects(session.quantizationAware(), 'disposed', /disposed/);
});

test(
  'TinyCNN in 8-bit integers loses at most 0.1 points on 10,000 test digits after fine-tuning',
  { skip: lacksMnist },
  async (t) => {
    const data = mnist(engine);
    const open = opener(t);
    const optimizer = (learningRate) => ({ type: 'adam', learningRate });
    const session = open({ model: 'tinycnn', batchSize: 32, optimizer: optimizer(0.002) }, data);
    session.trainSteps(2 * session.stepsPerEpoch);
    const { spec, parameters } = await session.quantizationAware();
    const tuned = open({ model: spec, parameters, batchSize: 32, optimizer: optimizer(2e-4) }, data);
    tuned.trainSteps(tuned.stepsPerEpoch);
    const [before, after] = [await session.quantize(), await tuned.quantize()].map(
      (model) => model.evaluate('test').accuracy,
    );
    const float = session.evaluate('test').accuracy;
    t.diagnostic(`accuracy ${float} in float; ${before} in 8-bit integers, ${after} after fine-tuning`);
    assert.ok(float > 0.975);
    assert.ok(after >= float - 0.001);
  },
);
