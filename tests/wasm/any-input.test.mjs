// SPDX-License-Identifier: MIT
//
// Whatever the public calls are given, each works or throws a TinyCNNError that says what was wrong, and the engine stays usable: after
// every call a control session predicts what it predicted before. The inputs are valid ones with something replaced, left out or added;
// the seed is fixed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  holdOut,
  looksTransposed,
  loadEngine,
  TinyCNNError,
  trainingMacs,
  transposeImages,
  withClasses,
} from 'tinycnn';
import { engineWith, SMALL_SPEC } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const runs = { seed: 20_261_128, numRuns: 150 };
const engine = await engineWith(1);
const digits = syntheticDigits({ count: 24, seed: 1 });
const image = digits.images.slice(0, 784);
const control = engine.createSession({ model: SMALL_SPEC, seed: 3 });
const controlPrediction = control.predict(image);

const assertUsable = () => assert.deepEqual(control.predict(image), controlPrediction, 'the control prediction');

/** Small enough to be work for no time where they are accepted, or so large that they must not be. */
const numbers = [
  0,
  1,
  2,
  3,
  -1,
  0.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 53,
  1e300,
  5e-324,
  -0,
];
const oddities = [
  ...[undefined, null, true, false, '', '7', 'train', 'adam', 5n, Symbol('odd'), () => 1, new Date(0), /x/, {}, []],
  ...[
    new Array(2 ** 32 - 1),
    new Float32Array(3),
    new Uint8Array(784),
    new Float64Array(784).fill(NaN),
    new ArrayBuffer(8),
  ],
  ...[
    [NaN],
    [1, 2],
    [['a']],
    { type: 'sgd' },
    Object.create(null),
    new Map(),
    new Proxy({}, {}),
    new DataView(new ArrayBuffer(9)),
  ],
];
const anything = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...numbers) },
  { weight: 3, arbitrary: fc.constantFrom(...oddities) },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.string(), fc.double(), fc.array(fc.integer({ min: -2, max: 3 }), { maxLength: 5 })),
  },
);

const isNested = (value) => typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** All places in a value: lists of keys. */
function placesIn(value, place = []) {
  const inside = isNested(value) ? Object.keys(value).flatMap((key) => placesIn(value[key], [...place, key])) : [];
  return [place, ...inside];
}

/** `value` with what `change` makes of what is at `place`. */
function changed(value, [key, ...rest], change) {
  if (key === undefined) return change(value);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = changed(value[key], rest, change);
  return copy;
}

const changes = {
  replace: (odd) => () => odd,
  add: (odd, name) => (value) => (isNested(value) && !Array.isArray(value) ? { ...value, [name]: odd } : odd),
  drop: () => () => undefined,
};

/** Measurements last as long as they are told to: whole seconds say nothing more than none. */
const isSlow = (name, [seconds]) =>
  name.startsWith('measure') && typeof seconds === 'number' && seconds > 0.01 && seconds <= 60;

/** Valid arguments, as they are or with one or two changes. */
const argumentsLike = (valid) =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom(...Object.keys(changes)),
        where: fc.nat(),
        odd: anything,
        name: fc.constantFrom('lr', 'units', 'extra', '__proto__', 'constructor', 'toString'),
      }),
      { maxLength: 2 },
    )
    .map((list) =>
      list.reduce((given, { kind, where, odd, name }) => {
        const places = placesIn(given).slice(1);
        return places.length === 0 ? given : changed(given, places[where % places.length], changes[kind](odd, name));
      }, valid),
    );

/** Calls it; an error that is none of the package's, or says that the package is at fault, fails the test. */
async function worksOrRefuses(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof TinyCNNError, `expected a TinyCNNError, got ${String(error?.stack ?? error)}`);
    assert.notEqual(error.code, 'internal', error.message);
    assert.match(error.message, /^\[.+?\]+ \S/);
  }
}

const adamW = { type: 'adamW', learningRate: 0.01, weightDecay: 0.1, betas: [0.8, 0.9], eps: 1e-7, clipNorm: 1 };
const oneCycle = {
  type: 'oneCycle',
  totalSteps: 9,
  pctStart: 0.3,
  divFactor: 9,
  annealStrategy: 'linear',
  warmupSteps: 2,
};
const augment = {
  degrees: 9,
  translate: [0.1, 0],
  scale: [0.9, 1],
  shear: 2,
  elastic: { alpha: 1, grid: 3 },
  thickness: [0, 1],
  cutout: 3,
  mixup: 0.5,
};
const spec = {
  name: 'any',
  input: [1, 28, 28],
  layers: [
    {
      name: 'conv',
      type: 'conv2d',
      outChannels: 4,
      kernelSize: [3, 5],
      stride: 4,
      padding: [1, 0],
      groups: 1,
      bias: false,
    },
    { name: 'norm', type: 'batchNorm2d', eps: 1e-4, momentum: 0.2, frozen: false },
    { name: 'leaky', type: 'leakyReLU', negativeSlope: 0.1 },
    { name: 'sum', type: 'add', from: ['norm', 'leaky'] },
    { name: 'pool', type: 'avgPool2d', kernelSize: 2, stride: 2, padding: 1 },
    { name: 'flatten', type: 'flatten' },
    { name: 'drop', type: 'dropout', p: 0.5 },
    { name: 'fc', type: 'linear', outFeatures: 10 },
  ],
};
const options = {
  ...{ model: spec, classNames: Array.from('abcdefghij'), seed: 4, batchSize: 8, optimizer: adamW, schedule: oneCycle },
  ...{
    normalize: { mean: 0.1, std: 0.3 },
    loss: { type: 'crossEntropy', labelSmoothing: 0.1 },
    augment,
    emaDecay: 0.9,
  },
};
const strokes = [[[0, 0], [1, 2, 0.5]], [[3, 3]]]; // prettier-ignore
const saved = control.save();
const idx = (magic, dimensions, length) =>
  Uint8Array.from([0, 0, 8, magic, ...dimensions.flatMap((size) => [0, 0, 0, size]), ...new Uint8Array(length)]);

const engineCalls = {
  createSession: [options],
  restoreSession: [saved],
  describe: [spec],
  readIdxImages: [idx(3, [2, 2, 2], 8)],
  readIdxLabels: [idx(1, [3], 3), 10],
  measurePeak: [0],
  prepareDigit: [image, 28, 28],
  renderStrokes: [strokes, { thickness: 2, softness: 1 }],
  generateStrokes: [{ seed: 1, index: 2, label: 3 }],
  generateDigits: [{ seed: 1, first: 2, count: 3 }],
};

for (const [name, valid] of Object.entries(engineCalls)) {
  test(`engine.${name} works or refuses whatever it is given`, async () => {
    await fc.assert(
      fc.asyncProperty(argumentsLike(valid), async (given) => {
        fc.pre(!isSlow(name, given));
        await worksOrRefuses(() => engine[name](...given)?.dispose?.());
        assertUsable();
      }),
      runs,
    );
  });
}

const functions = {
  holdOut: [holdOut, [digits, { share: 0.2, seed: 4 }]],
  withClasses: [withClasses, [spec, 3]],
  transposeImages: [transposeImages, [digits]],
  looksTransposed: [looksTransposed, [digits, digits]],
  trainingMacs: [trainingMacs, [engine.describe(spec)]],
};

for (const [name, [call, valid]] of Object.entries(functions)) {
  test(`${name} works or refuses whatever it is given`, async () => {
    await fc.assert(
      fc.asyncProperty(argumentsLike(valid), (given) => worksOrRefuses(() => call(...given))),
      runs,
    );
  });
}

const tensors = control.parameters().map((each) => ({ ...each, data: each.data.slice() }));
const sessionCalls = {
  setData: ['train', digits],
  trainSteps: [1],
  trainSlice: [1],
  fit: [{ epochs: 1, targetAccuracy: 0.5, patience: 1, onEpoch: () => true }],
  setLearningRate: [0.1],
  setSchedule: [oneCycle],
  findLearningRate: [{ min: 1e-5, max: 1, steps: 10 }],
  augmented: [1, 2],
  evaluate: ['test'],
  evaluateRange: ['test', 1, 2],
  predict: [image],
  logits: [image],
  predictBatch: [[image, image]],
  measurePrediction: [0],
  activations: ['conv', image],
  allActivations: [image],
  parameters: [{ averaged: true }],
  setParameters: [tensors],
  gradients: [digits.images, digits.labels],
  rewind: [5],
  load: [saved],
  prune: [{ type: 'unstructured', sparsity: 0.5, schedule: { start: 1, steps: 9, frequency: 3 } }],
};

for (const [name, valid] of Object.entries(sessionCalls)) {
  test(`session.${name} works or refuses whatever it is given, and the session stays usable`, async () => {
    const session = engine.createSession({ model: SMALL_SPEC, seed: 3, batchSize: 8 });
    for (const split of ['train', 'test', 'validation']) session.setData(split, digits);
    await fc.assert(
      fc.asyncProperty(argumentsLike(valid), async (given) => {
        fc.pre(!isSlow(name, given));
        await worksOrRefuses(() => session[name](...given));
        assertUsable();
        session.load(saved);
        assert.deepEqual(session.predict(image), controlPrediction);
      }),
      runs,
    );
    session.dispose();
  });
}

test('loadEngine refuses whatever it cannot take', async () => {
  await fc.assert(
    fc.asyncProperty(argumentsLike([{ threads: 1, relaxed: false }]), async (given) => {
      const { threads } = given[0] ?? {};
      if ([2, 3, undefined, null].includes(threads)) return; // it would work, and start threads
      await worksOrRefuses(() => loadEngine(...given).then((loaded) => loaded.dispose()));
    }),
    { ...runs, numRuns: 60 },
  );
});

const side = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 4 }) },
  fc.constantFrom(0, 28, 1000, 4096, 2 ** 20, 2 ** 31 - 1),
);
const size = fc.oneof(side, fc.tuple(side, side));
const layer = fc.oneof(
  fc.record({
    type: fc.constant('conv2d'),
    outChannels: side,
    kernelSize: size,
    stride: size,
    padding: size,
    groups: side,
  }),
  fc.record({ type: fc.constantFrom('maxPool2d', 'avgPool2d'), kernelSize: size, stride: size, padding: size }),
  fc.record({ type: fc.constant('linear'), outFeatures: side }),
  fc.record({
    type: fc.constantFrom('flatten', 'globalAvgPool2d', 'relu', 'batchNorm2d', 'dropout', 'softmax', 'sigmoid'),
  }),
);
const anySpec = fc
  .record({ input: fc.tuple(side, side, side), layers: fc.array(layer, { minLength: 1, maxLength: 6 }) })
  .map(({ input, layers }) => {
    const named = [...layers, { type: 'flatten' }, { type: 'linear', outFeatures: 3 }].map((each, i) => ({
      name: `l${i}`,
      ...each,
    }));
    return { name: 'any', input, layers: named };
  });

test('any spec is described or refused, and one that is small trains, predicts and is saved', async () => {
  let trained = 0;
  await fc.assert(
    fc.asyncProperty(anySpec, async (model) => {
      await worksOrRefuses(() => {
        const summary = engine.describe(model);
        const inside = summary.layers.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
        if (trainingMacs(summary) + summary.parameters + inside > 300_000) return;
        const session = engine.createSession({ model, batchSize: 2 });
        const [channels, height, width] = model.input;
        const images = new Uint8Array(2 * channels * height * width).fill(7);
        session.setData('train', { images, labels: Uint8Array.of(0, 2), height, width, channels });
        session.trainSteps(1);
        assert.equal(session.predict(images.subarray(images.length / 2)).length, 3);
        engine.restoreSession(session.save()).dispose();
        session.dispose();
        ++trained;
      });
      assertUsable();
    }),
    { ...runs, numRuns: 600 },
  );
  assert.ok(trained > 50, `${trained} trained`);
});

const fixed = (input, layers) => ({
  name: 'vast',
  input,
  layers: layers.map((each, i) => ({ name: `l${i}`, ...each })),
});
const vast = {
  'a pooling window far larger than its image': fixed(
    [32, 1, 1],
    [
      { type: 'maxPool2d', kernelSize: 4096, padding: 2048 },
      { type: 'globalAvgPool2d' },
      { type: 'linear', outFeatures: 10 },
    ],
  ),
  'a padded input beyond 32 bits': fixed(
    [1, 512, 256],
    [
      { type: 'conv2d', outChannels: 64, kernelSize: 1 },
      { type: 'maxPool2d', kernelSize: [3584, 1792], padding: [1792, 896] },
      { type: 'globalAvgPool2d' },
      { type: 'linear', outFeatures: 10 },
    ],
  ),
  'an input of 2^32 values': fixed(
    [256, 4096, 4096],
    [{ type: 'globalAvgPool2d' }, { type: 'linear', outFeatures: 10 }],
  ),
};

for (const [what, model] of Object.entries(vast)) {
  test(`a spec of ${what} is refused, and the engine stays usable`, async () => {
    const other = await loadEngine({ threads: 1 });
    await worksOrRefuses(() => {
      const session = other.createSession({ model });
      session.predict(new Uint8Array(model.input.reduce((a, b) => a * b)));
      session.dispose();
    });
    const session = other.createSession({ model: SMALL_SPEC, seed: 3 });
    assert.deepEqual(session.predict(image), controlPrediction);
    other.dispose();
  });
}
