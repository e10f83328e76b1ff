// SPDX-License-Identifier: MIT
//
// The networks that the tests of formats export, with weights that are a formula, and what the engine makes of 200 digits: every network
// of the zoo, and some in which every type of layer stands in an awkward place.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { initialParameters } from '../parity/zoo-weights.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

export const kDigits = 200;

/** Groups, depthwise convolution, padded pools, joins of three, every activation, batch norm that can be folded and that cannot. */
const branches = {
  name: 'branches',
  input: [1, 28, 28],
  layers: [
    { name: 'conv1', type: 'conv2d', outChannels: 8, kernelSize: 5, stride: 2, padding: 2, bias: false },
    { name: 'bn1', type: 'batchNorm2d', eps: 1e-3 },
    { name: 'silu', type: 'silu' },
    { name: 'grouped', type: 'conv2d', outChannels: 8, kernelSize: 3, padding: 1, groups: 4 },
    { name: 'leaky', type: 'leakyReLU', negativeSlope: 0.2 },
    { name: 'depthwise', type: 'conv2d', outChannels: 16, kernelSize: 3, padding: 1, groups: 8, from: ['silu'] },
    { name: 'bn2', type: 'batchNorm2d' },
    { name: 'gelu', type: 'gelu' },
    { name: 'narrow', type: 'conv2d', outChannels: 8, kernelSize: 1 },
    { name: 'add', type: 'add', from: ['silu', 'leaky', 'narrow'] },
    { name: 'bn3', type: 'batchNorm2d' },
    { name: 'relu', type: 'relu' },
    { name: 'drop1', type: 'dropout2d', p: 0.25 },
    { name: 'maxpool', type: 'maxPool2d', kernelSize: 3, stride: 2, padding: 1 },
    { name: 'avgpool', type: 'avgPool2d', kernelSize: 3, stride: 2, padding: 1, from: ['bn3'] },
    { name: 'sigmoid', type: 'sigmoid' },
    { name: 'concat', type: 'concat', from: ['maxpool', 'sigmoid', 'maxpool'] },
    { name: 'tanh', type: 'tanh' },
    { name: 'flatten', type: 'flatten' },
    { name: 'drop2', type: 'dropout', p: 0.5 },
    { name: 'fc1', type: 'linear', outFeatures: 24, bias: false },
    { name: 'bn4', type: 'batchNorm1d' },
    { name: 'gelu2', type: 'gelu' },
    { name: 'softmax', type: 'softmax' },
    { name: 'fc2', type: 'linear', outFeatures: 10 },
    { name: 'logits', type: 'logSoftmax' },
  ],
};

/** Vectors that are images of one pixel, and the other way round; the last layer is a convolution. */
const vectors = {
  name: 'vectors and images',
  input: [1, 28, 28],
  layers: [
    { name: 'conv1', type: 'conv2d', outChannels: 6, kernelSize: 3, stride: 3 },
    { name: 'relu1', type: 'relu' },
    { name: 'gap', type: 'globalAvgPool2d' },
    { name: 'bn2d', type: 'batchNorm2d' },
    { name: 'fc1', type: 'linear', outFeatures: 6 },
    { name: 'add', type: 'add', from: ['gap', 'fc1'] },
    { name: 'bn1d', type: 'batchNorm1d' },
    { name: 'conv2', type: 'conv2d', outChannels: 4, kernelSize: 1 },
    { name: 'pool', type: 'maxPool2d', kernelSize: 1 },
    { name: 'concat', type: 'concat', from: ['pool', 'fc1', 'gap'] },
    { name: 'softmax', type: 'softmax' },
    { name: 'conv3', type: 'conv2d', outChannels: 10, kernelSize: 1, padding: 0 },
  ],
};

/** Colour, sides that differ, strides that leave a rest, and names that mean something else elsewhere. */
const names = {
  name: 'class */ "ünïcode" 1',
  input: [3, 17, 11],
  layers: [
    { name: 'class', type: 'conv2d', outChannels: 4, kernelSize: [4, 3], stride: [1, 2], padding: [2, 1] },
    { name: 'class.weight', type: 'relu' },
    { name: 'x', type: 'avgPool2d', kernelSize: [2, 3], stride: [3, 1], from: ['input'] },
    { name: 'unread', type: 'tanh' },
    { name: 'float', type: 'batchNorm2d', from: ['x'] },
    {
      name: '2 "quotes"',
      type: 'maxPool2d',
      kernelSize: [5, 3],
      stride: [3, 2],
      padding: [0, 1],
      from: ['class.weight'],
    },
    { name: 'a b', type: 'conv2d', outChannels: 2, kernelSize: [3, 1], padding: [2, 0] },
    { name: 'a_b', type: 'conv2d', outChannels: 2, kernelSize: [2, 3], padding: [1, 1], from: ['float'] },
    { name: '*/ int', type: 'flatten' },
    { name: 'relu', type: 'relu' },
    { name: 'self', type: 'batchNorm1d' },
    { name: 'flat', type: 'flatten', from: ['a b'] },
    { name: 'ünïcode', type: 'concat', from: ['flat', 'self'] },
    { name: 'forward', type: 'linear', outFeatures: 5 },
  ],
};

/** The scores of a convolution that sees its whole input, behind a join of what is read twice. */
const whole = {
  name: 'whole',
  input: [2, 9, 9],
  layers: [
    { name: 'bn', type: 'batchNorm2d' },
    { name: 'twice', type: 'add', from: ['bn', 'bn'] },
    { name: 'conv', type: 'conv2d', outChannels: 6, kernelSize: 9 },
    { name: 'bn2', type: 'batchNorm1d' },
    { name: 'scores', type: 'sigmoid' },
  ],
};

/** Windows in the padding alone; an activation between a convolution and the pool that computes it on the way, which reads what the
 * activation could overwrite. */
const readLater = {
  name: 'read later',
  input: [1, 10, 10],
  layers: [
    { name: 'stem', type: 'conv2d', outChannels: 4, kernelSize: 2, padding: 3 },
    { name: 'conv', type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 1 },
    { name: 'sigmoid', type: 'sigmoid', from: ['stem'] },
    { name: 'pool', type: 'maxPool2d', kernelSize: 2, from: ['conv'] },
    { name: 'pool2', type: 'maxPool2d', kernelSize: 2, from: ['sigmoid'] },
    { name: 'add', type: 'add', from: ['pool', 'pool2'] },
    { name: 'flatten', type: 'flatten' },
    { name: 'fc', type: 'linear', outFeatures: 7 },
  ],
};

/** What networks for phones are made of: ReLU6 behind everything that can do it itself and behind what cannot. */
const mobile = {
  name: 'mobile',
  input: [1, 28, 28],
  layers: [
    { name: 'stem', type: 'conv2d', outChannels: 8, kernelSize: 3, stride: 2, padding: 1, bias: false },
    { name: 'bn1', type: 'batchNorm2d' },
    { name: 'six1', type: 'relu6' },
    { name: 'deep', type: 'conv2d', outChannels: 8, kernelSize: 3, padding: 1, groups: 8 },
    { name: 'six2', type: 'relu6' },
    { name: 'point', type: 'conv2d', outChannels: 8, kernelSize: 1 },
    { name: 'add', type: 'add', from: ['six1', 'point', 'six2'] },
    { name: 'six3', type: 'relu6' },
    { name: 'pool', type: 'maxPool2d', kernelSize: 2 },
    { name: 'six4', type: 'relu6' },
    { name: 'bn2', type: 'batchNorm2d' },
    { name: 'six5', type: 'relu6' },
    { name: 'conv', type: 'conv2d', outChannels: 6, kernelSize: 3 },
    { name: 'six6', type: 'relu6', from: ['conv'] },
    { name: 'sum', type: 'add', from: ['conv', 'six6'] },
    { name: 'flatten', type: 'flatten' },
    { name: 'fc1', type: 'linear', outFeatures: 12 },
    { name: 'six7', type: 'relu6' },
    { name: 'fc2', type: 'linear', outFeatures: 10 },
  ],
};

/** Kernels with holes, zeros on some sides alone, and products: of maps, of vectors, and of both. */
const gated = {
  name: 'gated',
  input: [1, 28, 28],
  layers: [
    { name: 'pad0', type: 'zeroPad2d', padding: [2, 1, 0, 3] },
    { name: 'conv1', type: 'conv2d', outChannels: 8, kernelSize: 3, stride: 2, padding: 2, dilation: 2, bias: false },
    { name: 'bn1', type: 'batchNorm2d' },
    { name: 'relu1', type: 'relu' },
    { name: 'squeeze', type: 'globalAvgPool2d' },
    { name: 'down', type: 'conv2d', outChannels: 4, kernelSize: 1 },
    { name: 'relu2', type: 'relu' },
    { name: 'up', type: 'conv2d', outChannels: 8, kernelSize: 1 },
    { name: 'gate', type: 'sigmoid' },
    { name: 'scaled', type: 'multiply', from: ['relu1', 'gate'] },
    { name: 'deep', type: 'conv2d', outChannels: 8, kernelSize: [3, 2], padding: [2, 1], dilation: [2, 3], groups: 8 },
    { name: 'grouped', type: 'conv2d', outChannels: 8, kernelSize: 3, padding: 2, dilation: [2, 2], groups: 2 },
    { name: 'same', type: 'conv2d', outChannels: 8, kernelSize: [2, 3], padding: [0, 1], from: ['grouped'] },
    { name: 'pool', type: 'maxPool2d', kernelSize: 2, from: ['same'] },
    { name: 'pad1', type: 'zeroPad2d', padding: [1, 0, 0, 1] },
    { name: 'relu3', type: 'relu' },
    { name: 'square', type: 'multiply', from: ['relu3', 'gate', 'relu3'] },
    { name: 'tanh', type: 'tanh' },
    { name: 'avg', type: 'avgPool2d', kernelSize: 2 },
    { name: 'flatten', type: 'flatten' },
    { name: 'fc1', type: 'linear', outFeatures: 8 },
    { name: 'gates', type: 'multiply', from: ['gate', 'fc1'] },
    { name: 'fc2', type: 'linear', outFeatures: 8, from: ['flatten'] },
    { name: 'both', type: 'multiply', from: ['gates', 'fc2'] },
    { name: 'fc3', type: 'linear', outFeatures: 10 },
  ],
};

function mnistDigits(count) {
  const file = join(process.env.MNIST_DIR ?? '', 't10k-images-idx3-ubyte.gz');
  if (!process.env.MNIST_DIR || !existsSync(file)) return null;
  const header = 16;
  return new Uint8Array(gunzipSync(readFileSync(file))).slice(header, header + count * 28 * 28);
}

/** Half of MNIST's and half synthetic where MNIST is, else synthetic ones. */
export function someDigits(count = kDigits) {
  const images = syntheticDigits({ count, seed: 17 }).images;
  images.set(mnistDigits(Math.floor(count / 2)) ?? [], 0);
  return images;
}

/** Noise, for networks that do not read digits. */
const noise = (length) => Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);

/** { id, spec, recipe } */
export const exportedNetworks = (engine) => [
  ...engine.zoo.map(({ id, spec, recipe }) => ({ id, spec, recipe })),
  ...[branches, vectors, names, whole, readLater].map((spec) => ({ id: spec.name, spec, recipe: {} })),
  { id: gated.name, spec: gated, recipe: {} },
  { id: mobile.name, spec: mobile, recipe: { normalize: { mean: 0.2, std: 0.05 } } },
];

/** A session with those weights; class names and normalization that are not the default in half of the networks. */
export function openNetwork(engine, { spec, recipe }) {
  const { normalize = { mean: 0.25, std: 0.5 }, ...rest } = recipe;
  const session = engine.createSession({ ...rest, model: spec, normalize });
  session.setParameters(initialParameters(session.parameters()));
  return session;
}

/** What a session makes of its images: { images, count, size, logits: [count][classes] flat }. */
export function runNetwork(session, count = kDigits) {
  const size = session.spec.input.reduce((product, side) => product * side);
  const images = size === 28 * 28 ? someDigits(count) : noise(size * count);
  const rows = Array.from({ length: count }, (_, i) => session.logits(images.subarray(i * size, (i + 1) * size)));
  return { images, count, size, logits: Float32Array.from(rows.flatMap((row) => [...row])) };
}
