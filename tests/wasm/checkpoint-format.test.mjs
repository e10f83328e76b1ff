// SPDX-License-Identifier: MIT
//
// docs/formats.md describes every byte of a checkpoint: a reader made of nothing but its tables finds what the session was given.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readTable } from '../../tools/support/summary.mjs';
import { engineWith, fnv1a } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const text = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');

/** The table below a heading. */
function tableOf(heading, columns = ['field', 'type', 'meaning']) {
  const found = new RegExp(`^### ${heading}\\n([^]*?)(?=^#|(?![^]))`, 'm').exec(text);
  assert.ok(found, `expected a heading ${heading}`);
  return readTable(found[1], columns);
}

const [network, layer, options, state] = ['Network', 'Layer', 'Options', 'State'].map((heading) => tableOf(heading));

/** Reads values of the types that the document defines, one after another. */
class Reader {
  #at = 0;

  constructor(bytes) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd() {
    return this.#at === this.view.byteLength;
  }

  #next(size) {
    this.#at += size;
    return this.#at - size;
  }

  #list(read) {
    return Array.from({ length: this.u32() }, read);
  }

  u8 = () => this.view.getUint8(this.#next(1));
  u32 = () => this.view.getUint32(this.#next(4), true);
  u64 = () => this.view.getBigUint64(this.#next(8), true);
  i32 = () => this.view.getInt32(this.#next(4), true);
  i64 = () => Number(this.view.getBigInt64(this.#next(8), true));
  f64 = () => this.view.getFloat64(this.#next(8), true);
  bool = () => [false, true][this.u8()];
  size = () => [this.i32(), this.i32()];
  sides = () => [this.i32(), this.i32(), this.i32(), this.i32()];
  string = () => new TextDecoder().decode(Uint8Array.from(this.#list(this.u8)));
  bytes = () => this.#list(this.u8);
  floats = () => this.#list(() => this.view.getFloat32(this.#next(4), true));
  names = () => this.#list(this.string);
  layers = () => this.#list(() => this.fields(layer));

  fields(table) {
    return Object.fromEntries(table.map(({ field, type }) => [field, this[type]()]));
  }
}

const spec = {
  name: 'described',
  input: [1, 28, 28],
  layers: [
    { name: 'conv', type: 'conv2d', outChannels: 4, kernelSize: [5, 3], stride: 2, padding: [1, 0], bias: false },
    { name: 'norm', type: 'batchNorm2d', eps: 1e-4, momentum: 0.2, frozen: true },
    { name: 'act', type: 'leakyReLU', negativeSlope: 0.1 },
    { name: 'same', type: 'tanh', from: ['norm'] },
    { name: 'sum', type: 'add', from: ['act', 'same'] },
    { name: 'hole', type: 'conv2d', outChannels: 4, kernelSize: 2, dilation: [3, 2] },
    { name: 'zeros', type: 'zeroPad2d', padding: [1, 2, 3, 4] },
    { name: 'pool', type: 'globalAvgPool2d' },
    { name: 'drop', type: 'dropout', p: 0.25 },
    { name: 'round', type: 'fakeQuantize', scale: 0.25, zeroPoint: -3 },
    { name: 'fc', type: 'linear', outFeatures: 10, inputScale: 0.125 },
  ],
};

const classNames = 'zero one two three four five six seven eight nine'.split(' ');

async function trainedSession(t) {
  const session = (await engineWith(1)).createSession({
    model: spec,
    classNames,
    seed: 7,
    batchSize: 24,
    optimizer: { type: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4, clipNorm: 2 },
    schedule: { type: 'cosine', totalSteps: 400, etaMin: 1e-3, warmupSteps: 10, warmupStartFactor: 0.5 },
    loss: { type: 'crossEntropy', labelSmoothing: 0.1 },
    emaDecay: 0.99,
    augment: {
      degrees: 5,
      translate: [0.1, 0.2],
      scale: [0.9, 1.2],
      elastic: { alpha: 2, grid: 5 },
      thickness: [-0.5, 0.75],
      cutout: 7,
      mixup: 0.25,
    },
    normalize: { mean: 0.25, std: 0.5 },
  });
  t.after(() => session.dispose());
  session.setData('train', syntheticDigits({ count: 100, seed: 3 }));
  session.trainSteps(3);
  await session.prune({ type: 'unstructured', sparsity: 0.25 });
  await session.prune({ type: 'unstructured', sparsity: 0.5, schedule: { start: 7, steps: 1000, frequency: 20 } });
  return session;
}

test('header and checksum are as described', async (t) => {
  const bytes = (await trainedSession(t)).save();
  const view = new DataView(bytes.buffer);
  const version = tableOf('File').find(({ field }) => field === 'version').meaning;
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 8)), 'TINYCNN\n');
  assert.equal(view.getUint32(8, true), Number(version));
  assert.equal(tableOf('Versions', ['version']).at(-1).version, version);
  assert.equal(view.getBigUint64(12, true), BigInt(bytes.length - 28));
  assert.equal(view.getBigUint64(bytes.length - 8, true), fnv1a(bytes.subarray(20, -8)));
});

test('the payload holds the network, the options and the state in the order of the tables, and nothing else', async (t) => {
  const session = await trainedSession(t);
  const reader = new Reader(session.save().slice(20, -8));

  const { layers, ...rest } = reader.fields(network);
  assert.deepEqual(rest, {
    name: 'described',
    'input.channels': 1,
    'input.height': 28,
    'input.width': 28,
    'class names': classNames,
  });
  assert.deepEqual(
    layers.map(({ name, from }) => ({ name, from })),
    spec.layers.map(({ name, from = [] }) => ({ name, from })),
  );
  const picked = ({ type, outChannels, kernelSize, stride, padding, groups, bias }) => ({
    type,
    outChannels,
    kernelSize,
    stride,
    padding,
    groups,
    bias,
  });
  const conv = { type: 0, outChannels: 4, kernelSize: [5, 3], stride: [2, 2], padding: [1, 0], groups: 1, bias: false };
  assert.deepEqual(picked(layers[0]), conv);
  assert.deepEqual([layers[1].type, layers[1].eps, layers[1].momentum, layers[1].frozen], [5, 1e-4, 0.2, true]);
  assert.deepEqual([layers[2].type, layers[2].negativeSlope, layers[8].p], [13, 0.1, 0.25]);
  assert.deepEqual([layers[9].type, layers[9].scale, layers[9].zeroPoint], [20, 0.25, -3]);
  assert.deepEqual([layers[10].type, layers[10].outFeatures, layers[10].bias], [4, 10, true]);
  assert.deepEqual(
    [layers[0].dilation, layers[5].dilation, layers[6].type, layers[6].sides],
    [[1, 1], [3, 2], 22, [1, 2, 3, 4]],
  );
  assert.deepEqual([layers[0].inputScale, layers[10].inputScale], [0, 0.125]);

  assert.deepEqual(reader.fields(options), {
    ...{ seed: 7n, batchSize: 24 },
    ...{ 'optimizer.type': 1, 'optimizer.learningRate': 0.05, 'optimizer.weightDecay': 1e-4, 'optimizer.beta1': 0.9 },
    ...{ 'optimizer.beta2': 0.999, 'optimizer.eps': 1e-8, 'optimizer.momentum': 0.9, 'optimizer.alpha': 0.99 },
    ...{ 'optimizer.nesterov': true, 'optimizer.clipNorm': 2 },
    ...{ 'schedule.type': 4, 'schedule.totalSteps': 400, 'schedule.pctStart': 0.3, 'schedule.divFactor': 25 },
    ...{ 'schedule.finalDivFactor': 1e4, 'schedule.anneal': 0, 'schedule.cycleMomentum': true },
    ...{ 'schedule.baseMomentum': 0.85, 'schedule.maxMomentum': 0.95, 'schedule.gamma': 0.1, 'schedule.stepSize': 1 },
    ...{ 'schedule.etaMin': 1e-3, 'schedule.warmupSteps': 10, 'schedule.warmupStartFactor': 0.5 },
    ...{ emaDecay: 0.99, 'loss.type': 0, 'loss.labelSmoothing': 0.1 },
    ...{ 'augment.generated': 0, 'augment.degrees': 5, 'augment.translateX': 0.1, 'augment.translateY': 0.2 },
    ...{ 'augment.scaleMin': 0.9, 'augment.scaleMax': 1.2, 'augment.shear': 0, 'augment.elasticAlpha': 2 },
    ...{ 'augment.elasticGrid': 5, 'augment.thicknessMin': -0.5, 'augment.thicknessMax': 0.75 },
    ...{ 'augment.cutout': 7, 'augment.mixup': 0.25 },
    ...{ 'normalize.mean': 0.25, 'normalize.std': 0.5 },
  });

  const { step, parameters, 'optimizer state': momentum, average, ...pruning } = reader.fields(state);
  assert.equal(step, 3);
  assert.deepEqual(
    parameters,
    session.parameters().flatMap(({ data }) => [...data]),
  );
  const trained = 4 * 5 * 3 + (4 * 16 + 4) + (4 * 10 + 10); // conv.weight, hole and fc; norm is frozen
  assert.equal(momentum.length, trained);
  assert.equal(average.length, trained);
  const weights = session.parameters().flatMap(({ shape, data }) => (shape.length > 1 ? [...data] : []));
  const bits = weights.map((_, i) => (pruning['prune.pruned'][i >> 3] >> (i % 8)) & 1);
  assert.deepEqual(
    bits,
    weights.map((weight) => (weight === 0 ? 1 : 0)),
  );
  assert.deepEqual(pruning, {
    ...{ 'prune.sparsity': 0.5, 'prune.start': 10, 'prune.steps': 1000, 'prune.frequency': 20 },
    ...{ 'prune.before': Math.round(weights.length / 4), 'prune.pruned': pruning['prune.pruned'] },
  });
  assert.ok(reader.atEnd);
});
