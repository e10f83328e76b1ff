// SPDX-License-Identifier: MIT
//
// A session in use: data, steps, evaluation, predictions, activations and parameters; what is refused changes nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertRefused,
  assertRefusedUnharmed,
  engineWith,
  SMALL_SPEC,
  weightsHash,
  withSession,
} from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const AREA = 28 * 28;
const digits = syntheticDigits({ count: 200, seed: 3 });
const engine = await engineWith(1);

const image = (index, data = digits) => data.images.subarray(index * AREA, (index + 1) * AREA);
const sum = (values) => values.reduce((total, value) => total + value, 0);
const firstOf = (count) => ({
  ...digits,
  images: digits.images.slice(0, count * AREA),
  labels: digits.labels.slice(0, count),
});

/** Runs `use` on a small session that holds the digits as both splits. */
function withData(use, options = {}) {
  return withSession(engine, { model: SMALL_SPEC, seed: 11, batchSize: 16, ...options }, (session) => {
    session.setData('train', digits);
    session.setData('test', firstOf(50));
    return use(session);
  });
}

const BAD_DATA = [
  ['fewer labels than images', { labels: digits.labels.slice(1) }, '200', '199'],
  ['more labels than images', { labels: Uint8Array.of(...digits.labels, 1) }, '200', '201'],
  ['a label out of range', { labels: digits.labels.with(7, 10) }, 'label', '10'],
  ['images of another height', { images: new Uint8Array(200 * 27 * 28), height: 27 }, '28', '27'],
  ['images of another width', { images: new Uint8Array(200 * 28 * 29), width: 29 }, '28', '29'],
  ['a cut-off image', { images: digits.images.slice(0, -1) }, `${digits.images.length - 1}`],
  ['no images', { images: new Uint8Array(0), labels: new Uint8Array(0) }, 'at least one'],
  ['a height of zero', { height: 0 }, '0x28'],
  ['a width of NaN', { width: NaN }, 'width', /nan/i],
  ['images that are a plain list', { images: [...digits.images] }, 'images', 'Uint8Array'],
  ['labels that are missing', { labels: undefined }, 'labels', 'Uint8Array'],
];

for (const [what, fault, ...parts] of BAD_DATA) {
  test(`setData refuses ${what}, and the data that was there stays`, () => {
    withData((session) => {
      const before = session.evaluate('test');
      assertRefusedUnharmed(session, () => session.setData('test', { ...digits, ...fault }), 'expected', ...parts);
      assert.deepEqual(session.evaluate('test'), before);
    });
  });
}

test('setData and evaluate refuse a split that there is not', () => {
  withData((session) => {
    assertRefused(() => session.setData('holdout', digits), 'expected', 'train', 'holdout');
    assertRefused(() => session.evaluate('holdout'), 'expected', 'train', 'holdout');
  });
});

test('setData copies: the caller may reuse its arrays', () => {
  withData((session) => {
    const images = digits.images.slice();
    session.setData('test', { ...digits, images });
    const before = session.evaluate('test');
    images.fill(0);
    assert.deepEqual(session.evaluate('test'), before);
  });
});

test('setData leaves weights, step and optimizer as they are', () => {
  withData((session) => {
    session.trainSteps(5);
    const before = session.save();
    session.setData('train', firstOf(50));
    assert.deepEqual(session.save(), before);
    assert.equal(session.step, 5);
  });
});

test('training and evaluating without data are refused', () => {
  withSession(engine, { model: SMALL_SPEC }, (session) => {
    assertRefusedUnharmed(session, () => session.trainSteps(1), 'train', 'setData');
    assertRefusedUnharmed(session, () => session.evaluate('test'), 'test', 'setData');
    session.setData('train', digits);
    assertRefusedUnharmed(session, () => session.evaluate('test'), 'test', 'setData');
  });
});

for (const steps of [0, -1, 1.5, NaN, Infinity, '3', undefined]) {
  test(`trainSteps refuses ${typeof steps === 'string' ? `'${steps}'` : steps} steps`, () => {
    withData((session) => assertRefusedUnharmed(session, () => session.trainSteps(steps), /steps?/i, 'expected'));
  });
}

test('trainSteps counts steps and completed epochs, a ragged last batch among them', () => {
  withData((session) => {
    assert.equal(session.stepsPerEpoch, 13); // 12 batches of 16 and one of 8
    assert.deepEqual([session.trainSteps(12).epoch, session.step], [0, 12]);
    assert.deepEqual([session.trainSteps(1).epoch, session.step], [1, 13]);
    const { step, epoch } = session.trainSteps(26);
    assert.deepEqual([step, epoch], [39, 3]);
  });
});

test('trainSteps reports finite means, a speed and the learning rate', () => {
  withData(
    (session) => {
      const { loss, accuracy, imagesPerSecond, learningRate } = session.trainSteps(10);
      assert.ok(loss > 0 && Number.isFinite(loss), `loss ${loss}`);
      assert.ok(accuracy >= 0 && accuracy <= 1, `accuracy ${accuracy}`);
      assert.ok(imagesPerSecond > 0 && Number.isFinite(imagesPerSecond), `imagesPerSecond ${imagesPerSecond}`);
      assert.ok(Math.abs(learningRate - 2e-3) < 1e-9, `learningRate ${learningRate}`);
    },
    { optimizer: { type: 'adam', learningRate: 2e-3 } },
  );
});

test('findLearningRate tries rates that rise from min to max', () =>
  withData((session) => {
    const { points } = session.findLearningRate({ min: 1e-5, max: 1e-3, steps: 11 });
    assert.equal(points.length, 11);
    assert.ok(Math.abs(points[0].learningRate / 1e-5 - 1) < 1e-6, `the first is ${points[0].learningRate}`);
    assert.ok(Math.abs(points[10].learningRate / 1e-3 - 1) < 1e-6, `the last is ${points[10].learningRate}`);
    assertRefused(() => session.findLearningRate({ min: 1, max: 0.1 }), 'findLearningRate', 'from 1 to 0.1');
  }));

test('a batch larger than the data takes all of it in one step', () => {
  withData((session) => assert.equal(session.stepsPerEpoch, 1), { batchSize: 256 });
});

test('evaluate counts each sample once and agrees with its own confusion and with predict', () => {
  withData((session) => {
    session.trainSteps(30);
    const { accuracy, confusion } = session.evaluate('test');
    const expected = Array.from({ length: 10 }, () => Array(10).fill(0));
    for (let i = 0; i < 50; ++i) {
      const probabilities = session.predict(image(i));
      ++expected[digits.labels[i]][probabilities.indexOf(Math.max(...probabilities))];
    }
    assert.deepEqual(
      confusion.map((row) => [...row]),
      expected,
    );
    assert.ok(Math.abs(accuracy - sum(expected.map((row, i) => row[i])) / 50) < 1e-9);
  });
});

test('evaluate gives the mean of minus log of the probability of the true class', () => {
  withData((session) => {
    session.trainSteps(10);
    const losses = Array.from({ length: 50 }, (_, i) => -Math.log(session.predict(image(i))[digits.labels[i]]));
    assert.ok(Math.abs(session.evaluate('test').loss - sum(losses) / 50) < 1e-5);
  });
});

test('evaluateRange in slices adds up to evaluate', () => {
  withData((session) => {
    const slices = [
      [0, 7],
      [7, 16],
      [23, 27],
    ].map(([first, count]) => session.evaluateRange('test', first, count));
    const { loss, accuracy, confusion } = session.evaluate('test');
    assert.ok(Math.abs(sum(slices.map(({ lossSum }) => lossSum)) / 50 - loss) < 1e-5);
    assert.equal(sum(slices.map(({ correct }) => correct)), Math.round(accuracy * 50));
    assert.deepEqual(
      confusion.map((row, r) => row.map((_, c) => sum(slices.map((slice) => slice.confusion[r][c])))),
      confusion,
    );
    const predicted = slices.flatMap((slice) => [...slice.predicted]);
    assert.deepEqual(predicted, [...session.evaluateRange('test', 0, 50).predicted]);
    const columns = confusion[0].map((_, c) => sum(confusion.map((row) => row[c])));
    assert.deepEqual(
      columns,
      columns.map((_, c) => predicted.filter((each) => each === c).length),
    );
  });
});

test('evaluateRange stops at the end of the data and refuses what is no range', () => {
  withData((session) => {
    assert.deepEqual(session.evaluateRange('test', 40, 99), session.evaluateRange('test', 40, 10));
    const counts = [40, 50, 3].map((first) => session.evaluateRange('test', first, first === 3 ? 0 : 99).count);
    assert.deepEqual(counts, [10, 0, 0]);
    for (const first of [-1, 0.5, NaN, '0']) {
      assertRefusedUnharmed(session, () => session.evaluateRange('test', first, 1), 'expected');
    }
    for (const count of [-1, 0.5, NaN]) {
      assertRefusedUnharmed(session, () => session.evaluateRange('test', 0, count), 'expected');
    }
  });
});

test('evaluating and predicting change nothing that is saved', () => {
  withData((session) => {
    session.trainSteps(3);
    const before = session.save();
    session.evaluate('train');
    session.evaluateRange('test', 3, 9);
    session.predict(image(0));
    session.allActivations(image(1));
    session.gradients(digits.images.slice(0, 5 * AREA), digits.labels.slice(0, 5));
    assert.deepEqual(session.save(), before);
  });
});

test('predict gives ten probabilities that add up to one', () => {
  withData((session) => {
    const probabilities = session.predict(image(0));
    assert.ok(probabilities instanceof Float32Array);
    assert.equal(probabilities.length, 10);
    assert.ok(probabilities.every((p) => p >= 0 && p <= 1));
    assert.ok(Math.abs(sum([...probabilities]) - 1) < 1e-5);
  });
});

test('predict takes plain lists and typed arrays of floats alike', () => {
  withData((session) => {
    const expected = session.predict(image(4));
    assert.deepEqual(session.predict([...image(4)]), expected);
    assert.deepEqual(session.predict(Float32Array.from(image(4))), expected);
  });
});

test('predict, activations and allActivations refuse another number of pixels', () => {
  withData((session) => {
    for (const count of [0, 783, 785]) {
      const pixels = new Uint8Array(count);
      assertRefusedUnharmed(session, () => session.predict(pixels), 'expected', '784', `${count}`);
      assertRefusedUnharmed(session, () => session.activations('conv', pixels), 'expected', '784', `${count}`);
      assertRefusedUnharmed(session, () => session.allActivations(pixels), 'expected', '784', `${count}`);
    }
    assertRefusedUnharmed(session, () => session.predict(undefined), 'expected');
  });
});

test('activations refuses a layer that is not there and names those that are', () => {
  withData((session) => assertRefusedUnharmed(session, () => session.activations('conv9', image(0)), 'conv9', 'pool'));
});

test('allActivations gives what activations gives, from input to softmax', () => {
  withData((session) => {
    session.trainSteps(3);
    const all = session.allActivations(image(2));
    assert.deepEqual(
      all.map(({ name }) => name),
      ['input', 'conv', 'relu', 'pool', 'flatten', 'fc', 'softmax'],
    );
    for (const { name, shape, data } of all)
      assert.deepEqual({ shape, data }, session.activations(name, image(2)), name);
    assert.deepEqual(all.at(-1).data, session.predict(image(2)));
  });
});

test('a layer that nothing reads is shown like any other, and its gradient is zero', () => {
  const conv = { name: 'conv', type: 'conv2d', outChannels: 2, kernelSize: 3 };
  const flatten = { name: 'flatten', type: 'flatten' };
  const fc = { name: 'fc', type: 'linear', outFeatures: 10 };
  const model = (layers) => ({ name: 'idle', input: [1, 28, 28], layers });
  const expected = withData((session) => session.activations('conv', image(0)), { model: model([conv, flatten, fc]) });
  const check = (session) => {
    const [weight] = session.gradients(digits.images, digits.labels);
    assert.equal(weight.name, 'conv.weight');
    assert.ok(weight.data.every((value) => value === 0));
    assert.deepEqual(session.activations('conv', image(0)), expected);
  };
  withData(check, { model: model([conv, { ...flatten, from: ['input'] }, fc]) });
});

test('each activation is what its type makes of the one before', () => {
  withData((session) => {
    const [input, conv, relu, pool, flatten, , softmax] = session.allActivations(image(2)).map(({ data }) => data);
    assert.ok(
      input.every((value, i) => Math.abs(value - (image(2)[i] / 255 - 0.1307) / 0.3081) < 1e-5),
      'input is normalised',
    );
    assert.ok(
      conv.some((value) => value < 0),
      'the convolution is shown before its ReLU',
    );
    assert.deepEqual(
      relu,
      conv.map((value) => Math.max(0, value)),
    );
    const corner = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => relu[y * 12 + x]));
    assert.equal(pool[0], Math.max(...corner));
    assert.deepEqual(flatten, pool);
    assert.ok(Math.abs(sum([...softmax]) - 1) < 1e-5);
  });
});

test('parameters are copies, and setParameters puts them back', () => {
  withData((session) => {
    const initial = session.parameters();
    const before = weightsHash(session);
    session.parameters()[0].data.fill(7);
    assert.equal(weightsHash(session), before);
    session.trainSteps(2);
    assert.notEqual(weightsHash(session), before);
    session.setParameters(initial);
    assert.equal(weightsHash(session), before);
  });
});

test('setParameters refuses what does not fit', () => {
  withData((session) => {
    const list = session.parameters();
    const altered = (change) => list.map((tensor, i) => (i === 0 ? { ...tensor, ...change } : tensor));
    const refused = [
      [list.slice(1), 'expected 4 tensors', '3'],
      [altered({ name: 'conv.wait' }), /conv\.w/],
      [altered({ shape: [3, 25] }), 'conv.weight', 'expected'],
      [altered({ data: new Float32Array(74) }), 'conv.weight', '75', '74'],
      [[...list, list[0]], 'expected'],
      [[...list].reverse(), 'conv.weight'],
      [[], 'expected'],
      [undefined, 'expected'],
    ];
    for (const [wrong, ...parts] of refused)
      assertRefusedUnharmed(session, () => session.setParameters(wrong), ...parts);
  });
});

test('gradients refuses images and labels that do not fit', () => {
  withData((session) => {
    const images = digits.images.slice(0, 3 * AREA);
    assertRefusedUnharmed(session, () => session.gradients(images, digits.labels.slice(0, 2)), 'expected');
    assertRefusedUnharmed(session, () => session.gradients(images, Uint8Array.of(1, 2, 10)), 'label', '10');
    assertRefusedUnharmed(session, () => session.gradients(new Uint8Array(0), new Uint8Array(0)), 'expected');
  });
});

test('every use of a disposed session is refused by name, and disposing twice is harmless', () => {
  const session = engine.createSession({ model: SMALL_SPEC });
  session.setData('train', digits);
  const saved = session.save();
  session.dispose();
  session.dispose();
  const uses = [
    () => session.trainSteps(1),
    () => session.setData('train', digits),
    () => session.evaluate('train'),
    () => session.evaluateRange('train', 0, 1),
    () => session.predict(image(0)),
    () => session.activations('conv', image(0)),
    () => session.allActivations(image(0)),
    () => session.parameters(),
    () => session.setParameters([]),
    () => session.gradients(image(0), digits.labels.slice(0, 1)),
    () => session.save(),
    () => session.load(saved),
    () => session.rewind(),
  ];
  for (const use of uses) assertRefused(use, 'disposed');
});

test('two sessions side by side do not touch each other', () => {
  withData((one) => {
    const before = weightsHash(one);
    withData((other) => other.trainSteps(5), { seed: 12 });
    assert.equal(weightsHash(one), before);
  });
});

for (const threads of [1, 2]) {
  test(`a mini-batch in slices ends as a whole one, bit for bit, on ${threads} thread${threads > 1 ? 's' : ''}`, async () => {
    const options = { model: 'residual-8k', seed: 2, batchSize: 50 };
    const run = (train) => async () =>
      withSession(await engineWith(threads), options, (session) => {
        session.setData('train', digits);
        return train(session);
      });
    const whole = await run((session) => ({ ...session.trainSteps(1), imagesPerSecond: 0, saved: session.save() }))();
    const sliced = await run((session) => {
      const before = session.save();
      let result = session.trainSlice();
      for (; result === undefined; result = session.trainSlice()) assert.deepEqual(session.save(), before);
      assert.ok(result.imagesPerSecond > 0);
      return { ...result, imagesPerSecond: 0, saved: session.save() };
    })();
    assert.deepEqual(sliced, whole);
  });
}

test('a slice of nothing is refused', () => {
  withData((session) => assertRefusedUnharmed(session, () => session.trainSlice(0), 'from 1 to', 'got 0'));
});
