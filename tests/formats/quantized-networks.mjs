// SPDX-License-Identifier: MIT
//
// Quantized networks for the tests of formats, and what the engine's integers make of digits.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { syntheticDigits } from '../support/synthetic-digits.mjs';
import { exportedNetworks, openNetwork, someDigits } from './networks.mjs';

const kCalibration = 100;

/** `count` of MNIST's training digits, or synthetic ones where MNIST is not. */
function trainingDigits(count) {
  const file = join(process.env.MNIST_DIR ?? '', 'train-images-idx3-ubyte.gz');
  if (!process.env.MNIST_DIR || !existsSync(file)) return syntheticDigits({ count, seed: 3 }).images;
  const header = 16;
  return new Uint8Array(gunzipSync(readFileSync(file), { maxOutputLength: 2 ** 26 })).slice(
    header,
    header + count * 784,
  );
}

const noise = (length) => Uint8Array.from({ length }, (_, i) => Math.imul(i + 7, 0x9e3779b1) >>> 24);

/** Multiply-adds from which digits are few: 1,000 take minutes in TensorFlow Lite's reference kernels. */
const kLarge = 2e7;

const isSoftmax = ({ type }) => type === 'softmax' || type === 'logSoftmax';

/** Rounding that has integers for more than 6 behind ReLU6. */
const limited = {
  name: 'limited',
  input: [1, 28, 28],
  layers: [
    { name: 'conv', type: 'conv2d', outChannels: 6, kernelSize: 5, stride: 2 },
    { name: 'six1', type: 'relu6' },
    { name: 'round1', type: 'fakeQuantize', scale: 0.05, zeroPoint: -128 },
    { name: 'conv2', type: 'conv2d', outChannels: 6, kernelSize: 3 },
    { name: 'six2', type: 'relu6' },
    { name: 'pool', type: 'maxPool2d', kernelSize: 2 },
    { name: 'round2', type: 'fakeQuantize', scale: 0.1, zeroPoint: -100 },
    { name: 'avg', type: 'avgPool2d', kernelSize: 2, stride: 1 },
    { name: 'six3', type: 'relu6' },
    { name: 'round3', type: 'fakeQuantize', scale: 0.06, zeroPoint: -10 },
    { name: 'flatten', type: 'flatten' },
    { name: 'fc1', type: 'linear', outFeatures: 9 },
    { name: 'six4', type: 'relu6' },
    { name: 'round4', type: 'fakeQuantize', scale: 0.2, zeroPoint: 3 },
    { name: 'fc2', type: 'linear', outFeatures: 10 },
  ],
};

/** The networks of the tests of formats, without softmax layers before the end, which cannot be quantized. */
export const quantizableNetworks = (engine) =>
  [
    ...exportedNetworks(engine),
    { id: limited.name, spec: limited, recipe: { normalize: { mean: 0.2, std: 0.05 } } },
  ].map(({ spec, ...rest }) => {
    const layers = spec.layers.filter((layer, i) => !isSoftmax(layer) || i === spec.layers.length - 1);
    return { ...rest, spec: { ...spec, layers } };
  });

/** Digits for a network, or noise where it reads none: 1,000, half of MNIST's where it is, or fewer for a large network. */
export function imagesFor({ size }, macs) {
  const count = macs < kLarge ? 1000 : 50;
  return size === 784 ? someDigits(count) : noise(size * count);
}

/** A session with weights that are a formula, and its quantized network: { session, quantized, size, normalize }. */
export async function quantizeNetwork(engine, network) {
  const session = openNetwork(engine, network);
  const [channels, height, width] = session.spec.input;
  const size = channels * height * width;
  const images = size === 784 ? trainingDigits(kCalibration) : noise(size * kCalibration);
  const labels = new Uint8Array(kCalibration);
  session.setData('train', { images, labels, channels, height, width });
  const quantized = await session.quantize({ calibration: kCalibration });
  return { session, quantized, size, normalize: network.recipe.normalize ?? { mean: 0.25, std: 0.5 } };
}

/** A network of the zoo, trained by its recipe on { train, test } with seed 1: { session, quantized, header, accuracy, flash, ram } of its
 * 8-bit integers, flash and RAM in bytes as the header says them. */
export async function trainAndQuantize(engine, { spec, recipe }, data) {
  const session = engine.createSession({ ...recipe, model: spec, seed: 1 });
  for (const split of ['train', 'test']) session.setData(split, data[split]);
  session.trainSteps(recipe.epochs * session.stepsPerEpoch);
  const quantized = await session.quantize();
  const { accuracy } = quantized.evaluate('test');
  const header = quantized.exportModel({ format: 'c', name: 'network' });
  const text = new TextDecoder().decode(header);
  const [flash, ram] = ['Flash', 'RAM'].map((name) => Number(new RegExp(`${name} +(\\d+) bytes`).exec(text)[1]));
  return { session, quantized, header, accuracy, flash, ram };
}

/** The integers that pixels are to a quantized network: normalised, divided by the scale, rounded, ties away from zero. */
export function quantizePixels(images, quantized, { mean, std }) {
  const { scale, zeroPoint } = quantized.input;
  const table = Int8Array.from({ length: 256 }, (_, pixel) => {
    const exact = Math.fround(
      Math.fround(Math.fround(Math.fround(pixel) / 255) - Math.fround(mean)) / Math.fround(std),
    );
    const steps = Math.sign(exact) * Math.round(Math.abs(exact) / scale);
    return Math.min(Math.max(steps + zeroPoint, -128), 127);
  });
  return Int8Array.from(images, (pixel) => table[pixel]);
}

/** The scores of many images, [count][classes]. */
export function scoresOf(quantized, images, size) {
  const count = images.length / size;
  const rows = Array.from({ length: count }, (_, i) => quantized.scores(images.subarray(i * size, (i + 1) * size)));
  return Int8Array.from(rows.flatMap((row) => [...row]));
}
