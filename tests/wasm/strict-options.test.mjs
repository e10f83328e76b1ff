// SPDX-License-Identifier: MIT
//
// Options are taken at their word or refused by name: unknown names wherever there are options, numbers that are none, and getters that
// act while they are read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdOut, loadEngine, TinyCNNError, withClasses } from 'tinycnn';
import { assertCode, assertRefusedUnharmed, engineWith, SMALL_SPEC, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const engine = await engineWith(1);
const digits = syntheticDigits({ count: 40, seed: 6 });
const image = digits.images.slice(0, 784);
const [conv, , pool, , fc] = SMALL_SPEC.layers;
const withLayer = (index, layer) => ({ ...SMALL_SPEC, layers: SMALL_SPEC.layers.with(index, layer) });
const create = (options) => () => engine.createSession({ model: SMALL_SPEC, ...options }).dispose();
const small = (use) => () => withSession(engine, { model: SMALL_SPEC }, use);

/** Where an unknown name is given, the call, and what the text must say: the place, the name and the nearest known one. */
const unknownNames = [
  ['loadEngine', () => loadEngine({ thread: 1 }), 'loadEngine', 'thread', 'threads'],
  ['createSession', create({ batch_size: 8 }), 'session', 'batch_size', 'batchSize'],
  ['an adam optimizer', create({ optimizer: { type: 'adam', lr: 0.1 } }), 'optimizer', 'lr', 'learningRate'],
  ['an adamW optimizer', create({ optimizer: { type: 'adamW', wd: 0.1 } }), 'optimizer', 'wd', 'weightDecay'],
  ['an sgd optimizer', create({ optimizer: { type: 'sgd', momemtum: 0.9 } }), 'optimizer', 'momemtum', 'momentum'],
  ['an rmsprop optimizer', create({ optimizer: { type: 'rmsprop', epsilon: 1e-8 } }), 'optimizer', 'epsilon', 'eps'],
  ['an optimizer of another type', create({ optimizer: { type: 'sgd', betas: [0.9, 0.99] } }), 'optimizer', 'betas'],
  ['a schedule', create({ schedule: { type: 'cosine', totalStep: 9 } }), 'schedule', 'totalStep', 'totalSteps'],
  ['a schedule of another type', create({ schedule: { type: 'step', stepSize: 2, etaMin: 0 } }), 'schedule', 'etaMin'],
  ['a loss', create({ loss: { type: 'crossEntropy', smoothing: 0.1 } }), 'loss', 'smoothing', 'labelSmoothing'],
  ['a loss of another type', create({ loss: { type: 'mse', labelSmoothing: 0.1 } }), 'loss', 'labelSmoothing'],
  ['augment', create({ augment: { degree: 5 } }), 'augment', 'degree', 'degrees'],
  ['augment.elastic', create({ augment: { elastic: { alfa: 5 } } }), 'augment.elastic', 'alfa', 'alpha'],
  ['normalize', create({ normalize: { mean: 0, stddev: 1 } }), 'session.normalize', 'stddev', 'std'],
  ['a spec', create({ model: { ...SMALL_SPEC, layer: [] } }), 'model', 'layer', 'layers'],
  ['a described spec', () => engine.describe({ ...SMALL_SPEC, inputs: [] }), 'model', 'inputs', 'input'],
  [
    'a convolution',
    create({ model: withLayer(0, { ...conv, kernel_size: 3 }) }),
    'layers[0]',
    'kernel_size',
    'kernelSize',
  ],
  [
    'a convolution of Keras',
    create({ model: withLayer(0, { ...conv, strides: 2 }) }),
    'layers[0]',
    'strides',
    'stride',
  ],
  ['a pooling layer', create({ model: withLayer(2, { ...pool, groups: 1 }) }), 'layers[2]', 'groups'],
  [
    'a linear layer',
    create({ model: withLayer(4, { ...fc, out_features: 1 }) }),
    'layers[4]',
    'out_features',
    'outFeatures',
  ],
  ['a layer without fields', create({ model: withLayer(1, { name: 'r', type: 'relu', p: 0.5 }) }), 'layers[1]', "'p'"],
  ['setData', small((s) => s.setData('train', { ...digits, label: [] })), 'data', 'label', 'labels'],
  ['setSchedule', small((s) => s.setSchedule({ type: 'constant', warmup: 5 })), 'schedule', 'warmup', 'warmupSteps'],
  ['findLearningRate', small((s) => s.findLearningRate({ step: 10 })), 'findLearningRate', 'step', 'steps'],
  ['the first rate', small((s) => s.findLearningRate({ minimum: 1e-5 })), 'findLearningRate', 'minimum', 'min'],
  ['the last rate', small((s) => s.findLearningRate({ maxRate: 1 })), 'findLearningRate', 'maxRate', 'max'],
  ['a former name', small((s) => s.findLearningRate({ least: 1e-5 })), 'findLearningRate', 'least'],
  ['parameters', small((s) => s.parameters({ average: true })), 'parameters', 'average', 'averaged'],
  [
    'a tensor',
    small((s) => s.setParameters([{ name: 'a', shape: [], data: [1], dtype: '' }])),
    'setParameters[0]',
    'dtype',
  ],
  ['fit', small((s) => s.fit({ epoch: 3 })), 'fit', 'epoch', 'epochs'],
  ['holdOut', () => holdOut(digits, { fraction: 0.1 }), 'holdOut', 'fraction'],
  ['data of holdOut', () => holdOut({ ...digits, heigth: 28 }), 'holdOut', 'heigth', 'height'],
  ['generateDigits', () => engine.generateDigits({ count: 1, offset: 5 }), 'generateDigits', 'offset'],
  ['generateStrokes', () => engine.generateStrokes({ idx: 1 }), 'generateStrokes', 'idx', 'index'],
  ['a pen', () => engine.renderStrokes([[[0, 0]]], { thick: 1 }), 'pen', 'thick', 'thickness'],
];

for (const [what, call, where, name, nearest] of unknownNames) {
  test(`${what}: the unknown name ${name} is refused${nearest ? `, and ${nearest} is offered` : ''}`, async () => {
    const parts = [`[${where}] expected `, nearest ? `got '${name}': did you mean '${nearest}'?` : name];
    const error = await (async () => call())().then(
      () => assert.fail('it was accepted'),
      (reason) => reason,
    );
    assert.ok(error instanceof TinyCNNError, String(error));
    assert.match(error.code, /^invalid-(option|spec|data)$/);
    for (const part of parts) assert.ok(error.message.includes(part), `expected ${part} in: ${error.message}`);
  });
}

test('cutout, mixup and the momentum of Muon are refused out of their ranges', () => {
  assertCode('invalid-option', create({ augment: { cutOut: 3 } }), "'cutOut': did you mean 'cutout'?");
  assertCode('invalid-option', create({ augment: { mixUp: 0.2 } }), "'mixUp': did you mean 'mixup'?");
  assertCode('invalid-option', create({ augment: { cutout: 2.5 } }), 'an integer, got 2.5');
  assertCode(
    'invalid-option',
    create({ augment: { cutout: -1 } }),
    '[augment] expected a cutout from 0 to 1024, got -1',
  );
  assertCode('invalid-option', create({ augment: { mixup: 2.5 } }), '[augment] expected a mixup from 0 to 2, got 2.5');
  assertCode('invalid-option', create({ optimizer: { type: 'muon', momentum: 1 } }), "muon's momentum below 1, got 1");
  create({ optimizer: { type: 'muon', momentum: 0 }, augment: { cutout: 1024, mixup: 2 } })();
});

test('an unknown type is refused with the nearest known one', () => {
  assertCode('invalid-option', create({ optimizer: { type: 'adamw' } }), "'adamw': did you mean 'adamW'?");
  assertCode('invalid-option', create({ optimizer: { type: 'Muon' } }), "'Muon': did you mean 'muon'?");
  assertCode('invalid-spec', create({ model: withLayer(0, { ...conv, type: 'Conv2D' }) }), "did you mean 'conv2d'?");
  assertCode('invalid-option', create({ loss: 'cross_entropy' }), "did you mean 'crossEntropy'?");
});

test('what a recipe of the zoo says of itself may be spread into the options of a session', () => {
  for (const { id, recipe, bestRecipe } of engine.zoo) {
    for (const each of [recipe, bestRecipe]) engine.createSession({ ...each, model: id }).dispose();
  }
});

test('a name that an object merely inherits is read like its own', () => {
  const inherited = Object.create({ type: 'sgd', momentum: 7 });
  assertCode('invalid-option', create({ optimizer: { type: 'sgd', momentum: -7 } }), '-7');
  create({ optimizer: inherited })();
});

const notFinite = [NaN, Infinity, -Infinity, '3', null, {}, [], true, 5n];
const shown = (value) => (typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value)));

for (const value of notFinite) {
  test(`${Number.isNaN(value) ? 'NaN' : shown(value)} is no pixel and no weight`, () => {
    const pixels = Array.from(image).with(5, value);
    withSession(engine, { model: SMALL_SPEC }, (session) => {
      for (const ask of ['predict', 'logits', 'allActivations']) {
        assertRefusedUnharmed(session, () => session[ask](pixels), 'finite pixels', 'at position 5');
      }
      assertRefusedUnharmed(session, () => session.activations('conv', pixels), 'finite pixels', 'at position 5');
      assertRefusedUnharmed(session, () => session.predictBatch([image, pixels]), 'predictBatch[1]', 'at position 5');
      const tensors = session.parameters();
      const [first] = tensors;
      tensors[0] = { ...first, data: Array.from(first.data).with(2, value) };
      assertRefusedUnharmed(session, () => session.setParameters(tensors), "'conv.weight'", 'at position 2');
    });
  });
}

test('a number that only a double can hold is no weight', () => {
  withSession(engine, { model: SMALL_SPEC }, (session) => {
    const tensors = session.parameters();
    tensors[0].data = Array.from(tensors[0].data).with(0, 1e300);
    assertCode('invalid-data', () => session.setParameters(tensors), 'at position 0');
  });
});

test('arrays of any length are refused before they are copied', () => {
  const vast = new Array(2 ** 32 - 1);
  withSession(engine, { model: SMALL_SPEC }, (session) => {
    assertCode('invalid-data', () => session.predict(vast), 'expected 784 pixels', 'got 4294967295');
    assertCode('invalid-data', () => session.predictBatch(vast), '[predictBatch');
    assertCode('invalid-data', () => session.setParameters(vast), 'setParameters[0]');
    assertCode(
      'invalid-data',
      () => session.setParameters([{ name: 'a', shape: [65535, 65537], data: vast }]),
      'at most',
    );
    assertCode('invalid-data', () => session.setParameters([{ name: 'a', shape: [2], data: vast }]), '2 values');
  });
  assertCode('invalid-option', create({ classNames: vast }), '1 to 256 names', '4294967295');
  assertCode('invalid-spec', () => engine.describe({ ...SMALL_SPEC, layers: vast }), 'layers[0]');
  assertCode('invalid-spec', () => engine.describe(withLayer(0, { ...conv, kernelSize: vast })), 'kernelSize');
  assertCode('invalid-spec', () => engine.describe(withLayer(0, { ...conv, from: vast })), 'conv');
  assertCode('invalid-data', () => engine.renderStrokes(vast), 'arrays of points');
  assertCode('invalid-data', () => engine.renderStrokes([vast]), 'at most 100000 points');
});

test('texts name what is wrong: class names, specs, pens and fits that are none', async () => {
  assertCode('invalid-option', create({ classNames: 5 }), '[classNames] expected an array of strings', '5');
  assertCode('invalid-option', create({ classNames: ['a', ''] }), 'class 1', 'empty');
  assertCode('invalid-option', create({ classNames: ['a', 'b', 'a'] }), "'a' for the classes 0 and 2");
  assertCode(
    'invalid-spec',
    create({ model: { name: 'empty', input: [1, 28, 28] } }),
    '[model.layers] expected an array',
  );
  assertCode('invalid-spec', () => withClasses({ name: 'empty' }, 3), 'a spec with layers');
  assertCode('invalid-option', () => engine.renderStrokes([[[0, 0]]], null), '[pen] expected an object, got null');
  assertCode('invalid-option', () => engine.createSession(), '[session] expected an object, got undefined');
  for (const classes of [NaN, 0, 257, 2.5, '10', null]) {
    assertCode('invalid-option', () => engine.readIdxLabels(new Uint8Array(9), classes), 'classes', 'from 1 to 256');
    assertCode('invalid-option', () => withClasses(SMALL_SPEC, classes), 'classes');
  }
});

const noSeeds = [-1, 0.5, NaN, Infinity, 2 ** 53, '7', null, 7n];

test('a seed is an integer from 0 to 2^53 - 1 wherever one is taken', () => {
  withSession(engine, { model: SMALL_SPEC }, (session) => {
    for (const seed of noSeeds) {
      // null stands for a default wherever it is an option
      if (seed !== null) {
        assertCode('invalid-option', create({ seed }), 'session.seed');
        assertCode('invalid-option', () => holdOut(digits, { seed }), 'holdOut.seed');
        assertCode('invalid-option', () => engine.generateDigits({ count: 1, seed }), 'generateDigits.seed');
        assertCode('invalid-option', () => engine.generateStrokes({ index: 1, seed }), 'generateStrokes.seed');
      }
      assertRefusedUnharmed(session, () => session.rewind(seed), 'rewind.seed');
    }
  });
});

test('a seed above 2^32 is taken whole by createSession and rewind alike', () => {
  for (const seed of [2 ** 32 + 1, 2 ** 53 - 1]) {
    const created = withSession(engine, { model: SMALL_SPEC, seed }, (session) => [session.seed, session.save()]);
    withSession(engine, { model: SMALL_SPEC }, (session) => {
      session.rewind(seed);
      assert.deepEqual([session.seed, session.save()], created);
    });
    assert.equal(created[0], seed);
  }
  const few = (seed) => engine.generateDigits({ seed, count: 8 }).images;
  assert.notDeepEqual(few(2 ** 32 + 1), few(1));
});

test('measurements take a number of seconds from 0 to 60', () => {
  withSession(engine, { model: SMALL_SPEC }, (session) => {
    for (const seconds of [NaN, Infinity, -1, 61, '1', null]) {
      assertCode('invalid-option', () => engine.measurePeak(seconds), 'measurePeak.seconds', 'from 0 to 60');
      assertCode('invalid-option', () => session.measurePrediction(seconds), 'measurePrediction.seconds');
    }
    assert.ok(session.measurePrediction(0).engine > 0);
  });
});

/** A copy of `object` in which reading `name` first disposes the session. */
function disposing(session, object, name) {
  const value = object[name];
  const get = () => {
    session.dispose();
    return value;
  };
  return Object.defineProperty(Array.isArray(object) ? [...object] : { ...object }, name, { enumerable: true, get });
}

/** Calls whose options dispose the session while they are read. */
const disposals = {
  setData: (session) => session.setData('train', disposing(session, digits, 'height')),
  setSchedule: (session) => session.setSchedule(disposing(session, { type: 'constant' }, 'type')),
  findLearningRate: (session) => session.findLearningRate(disposing(session, { steps: 10 }, 'steps')),
  setParameters: (session) => session.setParameters([disposing(session, session.parameters()[0], 'name')]),
  parameters: (session) => session.parameters(disposing(session, { averaged: false }, 'averaged')),
  predict: (session) => session.predict(disposing(session, [...image], 3)),
  logits: (session) => session.logits(disposing(session, [...image], 3)),
  predictBatch: (session) => session.predictBatch([disposing(session, [...image], 3)]),
  activations: (session) => session.activations('conv', disposing(session, [...image], 3)),
};

for (const [name, use] of Object.entries(disposals)) {
  test(`a getter that disposes the session within ${name} ends in a refusal, and the engine stays usable`, () => {
    const session = engine.createSession({ model: SMALL_SPEC });
    session.setData('train', digits);
    assertCode('disposed', () => use(session));
    withSession(engine, { model: SMALL_SPEC }, (other) => assert.equal(other.predict(image).length, 10));
  });
}

test('a getter that disposes the session within fit ends in a refusal', async () => {
  const session = engine.createSession({ model: SMALL_SPEC });
  session.setData('train', digits);
  await assert.rejects(session.fit(disposing(session, { epochs: 1 }, 'epochs')), { code: 'disposed' });
});

test('speed counts the slices of this mini-batch alone, whatever dropped those of another', (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => (now += 1000)); // each look at the clock is a second after the one before
  const options = { model: SMALL_SPEC, batchSize: 40 };
  const rate = (interrupt) =>
    withSession(engine, options, (session) => {
      session.setData('train', digits);
      session.setData('test', digits);
      assert.equal(session.trainSlice(), undefined);
      interrupt(session);
      return session.trainSteps(1).imagesPerSecond;
    });
  assert.equal(
    rate(() => {}),
    40 / 2,
    'a slice and the rest take a second each',
  );
  const dropping = [
    (session) => session.setData('train', digits),
    (session) => session.setParameters(session.parameters()),
    (session) => session.rewind(),
    (session) => session.load(session.save()),
    (session) => session.evaluate('test'),
    (session) => session.predictBatch([image]),
    (session) => session.gradients(digits.images, digits.labels),
    (session) => session.findLearningRate({ steps: 10 }),
  ];
  for (const drop of dropping) assert.equal(rate(drop), 40, String(drop));
  assert.equal(
    rate((session) => session.trainSteps(1)),
    40,
  );
});
