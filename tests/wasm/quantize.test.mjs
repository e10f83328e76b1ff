// SPDX-License-Identifier: MIT
//
// Networks in 8-bit integers read as the networks do that they were made of. With MNIST_DIR also TinyCNN on MNIST's 10,000 test digits.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TinyCNNError } from 'tinycnn';
import { lacksMnist, mnist } from '../support/mnist.mjs';
import { engineWith, rejects, SMALL_SPEC, withTrained } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const engine = await engineWith(2);
const train = syntheticDigits({ count: 1500, seed: 1 });
const unseen = syntheticDigits({ count: 400, seed: 2 });
const image = unseen.images.slice(0, 784);

const best = (values) => values.indexOf(Math.max(...values));

/** A session that has been trained briefly. */
const trained = (options, steps, use) => withTrained(engine, { data: { train, test: unseen }, steps, ...options }, use);

/** So that all networks take a few seconds. */
const LARGE = 2e7;

/** A global average is a depthwise convolution with a kernel as large as its input. */
function averageBytes({ layers }) {
  const shapes = new Map(layers.map(({ name, shape }) => [name, shape]));
  return layers
    .filter(({ type }) => type === 'globalAvgPool2d')
    .reduce((sum, { from }) => sum + shapes.get(from[0]).reduce((size, side) => size * side, 1), 0);
}

for (const { id, spec, recipe, macs, parameters } of engine.zoo) {
  test(`${id} in 8-bit integers keeps its classes on at least 97 % of unseen digits`, async (t) => {
    const options = id === 'sigmoid-mlp' ? recipe : { batchSize: 32, loss: recipe.loss };
    const steps = id === 'sigmoid-mlp' ? 15_000 : macs < LARGE ? 280 : 40;
    const count = macs < LARGE ? 400 : 100;
    const digits = { ...unseen, images: unseen.images.slice(0, count * 784), labels: unseen.labels.slice(0, count) };
    await trained({ ...options, model: spec }, steps, async (session) => {
      session.setData('test', digits);
      const quantized = await session.quantize({ calibration: 50 });
      const float = session.evaluate('test');
      const int8 = quantized.evaluate('test');
      const classes = [session, quantized].map((model) => model.predictBatch(digits.images).map(best));
      const same = classes[0].filter((label, i) => label === classes[1][i]).length;
      t.diagnostic(
        `${((100 * same) / count).toFixed(1)} % the same; accuracy ${float.accuracy} and ${int8.accuracy}, loss ${float.loss.toFixed(4)} ` +
          `and ${int8.loss.toFixed(4)}; ${quantized.bytes} bytes, ${4 * parameters} in float`,
      );
      assert.ok(same >= 0.97 * count, `only ${same} of ${count} digits are read the same`);
      assert.ok(float.accuracy > 0.7, `trained too little to show anything: ${float.accuracy}`);
      assert.ok(Math.abs(int8.loss - float.loss) < 0.02 + 0.05 * float.loss, `losses ${float.loss} and ${int8.loss}`);
      assert.ok(quantized.bytes < 0.45 * 4 * parameters + averageBytes(session.summary) + 1000);
      assert.ok(quantized.macs >= macs && quantized.macs < 1.1 * macs);
    });
  });
}

test('TinyCNN in 8-bit integers loses at most 0.2 points on 10,000 test digits', { skip: lacksMnist }, async (t) => {
  const session = engine.createSession({
    model: 'tinycnn',
    seed: 1,
    batchSize: 32,
    optimizer: { type: 'adam', learningRate: 0.002 },
  });
  try {
    for (const [split, images] of Object.entries(mnist(engine))) session.setData(split, images);
    session.trainSteps(2 * session.stepsPerEpoch);
    const quantized = await session.quantize();
    const [float, int8] = [session.evaluate('test'), quantized.evaluate('test')];
    t.diagnostic(`accuracy ${float.accuracy} in float, ${int8.accuracy} in 8-bit integers`);
    assert.ok(float.accuracy > 0.975);
    assert.ok(int8.accuracy >= float.accuracy - 0.002);
  } finally {
    session.dispose();
  }
});

test('scores, logits, probabilities and evaluation say the same, and a report says how', async () => {
  await trained({ model: SMALL_SPEC, classNames: [...'abcdefghij'] }, 200, async (session) => {
    const quantized = await session.quantize();
    const scores = quantized.scores(image);
    assert.ok(scores instanceof Int8Array && scores.length === 10);
    const { scale, zeroPoint } = quantized.output;
    assert.deepEqual(
      [...quantized.logits(image)],
      [...scores].map((score) => Math.fround(scale * (score - zeroPoint))),
    );
    const probabilities = quantized.predict(image);
    assert.ok(Math.abs(probabilities.reduce((sum, each) => sum + each) - 1) < 1e-5);
    assert.equal(best([...probabilities]), best([...scores]));
    const batch = quantized.predictBatch(unseen.images);
    assert.deepEqual(batch[0], probabilities);
    assert.deepEqual(quantized.predictBatch([image, [...image]]), [probabilities, probabilities]);

    const { accuracy, confusion, loss } = quantized.evaluate('test');
    const labels = [...unseen.labels];
    assert.equal(accuracy, labels.filter((label, i) => best([...batch[i]]) === label).length / labels.length);
    assert.equal(
      confusion.flat().reduce((sum, each) => sum + each),
      labels.length,
    );
    assert.ok(Math.abs(loss - session.evaluate('test').loss) < 0.05);

    assert.deepEqual(quantized.input.zeroPoint, -95);
    assert.deepEqual(quantized.classNames, session.classNames);
    assert.deepEqual(
      quantized.layers.map(({ operation }) => operation),
      ['conv2d', 'maxPool2d', 'flatten', 'linear'],
    );
    const [conv] = quantized.layers;
    assert.deepEqual(
      [conv.name, conv.layer, conv.from, conv.shape, conv.relu, conv.macs, conv.bytes],
      ['relu', 'conv2d', ['input'], [3, 12, 12], true, 3 * 12 * 12 * 25, 3 * 25 + 3 * 4 + 3 * 4],
    );
    assert.equal(
      quantized.bytes,
      quantized.layers.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  });
});

test('a quantized network is a copy: training on changes neither it nor the session', async () => {
  await trained({ model: SMALL_SPEC }, 50, async (session) => {
    const before = session.save();
    const quantized = await session.quantize({ calibration: 10 });
    assert.deepEqual(session.save(), before);
    const scores = quantized.scores(image);
    session.trainSteps(50);
    assert.deepEqual(quantized.scores(image), scores);
    assert.notDeepEqual((await session.quantize()).logits(image), quantized.logits(image));
  });
});

test('quantize and its network refuse what they cannot do, and a disposed one says so', async () => {
  const withoutData = engine.createSession({ model: SMALL_SPEC });
  await rejects(withoutData.quantize(), 'missing-data', /expected train data/);
  withoutData.dispose();
  await trained({ model: SMALL_SPEC }, 0, async (session) => {
    await rejects(session.quantize({ calibrate: 10 }), 'invalid-option', /did you mean 'calibration'/);
    await rejects(session.quantize({ calibration: 0 }), 'invalid-option', /an integer from 1 to 10000, got 0/);
    await rejects(session.quantize({ calibration: '5' }), 'invalid-option', /the string '5'/);
    const quantized = await session.quantize({ calibration: 5 });
    const code = (expected) => (error) => error instanceof TinyCNNError && error.code === expected;
    assert.throws(() => quantized.predict(image.slice(1)), code('invalid-data'));
    assert.throws(() => quantized.scores([NaN]), code('invalid-data'));
    assert.throws(() => quantized.evaluate('tests'), code('invalid-option'));
    assert.throws(() => quantized.evaluate('validation'), code('missing-data'));
    session.dispose();
    assert.equal(quantized.predict(image).length, 10);
    assert.throws(() => quantized.evaluate('test'), code('disposed'));
    quantized.dispose();
    quantized.dispose();
    assert.throws(() => quantized.predict(image), code('disposed'));
    await rejects(session.quantize(), 'disposed', /disposed/);
  });
  const softmax = { name: 'softmax', type: 'softmax' };
  const layers = [...SMALL_SPEC.layers, softmax, { name: 'last', type: 'linear', outFeatures: 10 }];
  await trained({ model: { ...SMALL_SPEC, layers } }, 0, (session) =>
    rejects(session.quantize(), 'invalid-data', /softmax as the last layer alone/),
  );
});
