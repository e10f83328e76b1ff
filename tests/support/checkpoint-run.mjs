// SPDX-License-Identifier: MIT
//
// The run whose checkpoints tests/wasm/checkpoints keeps for good, one of each version of the format: a network of every kind of field
// with options that are all different from their defaults.
//
//   node tests/support/checkpoint-run.mjs FILE [muon]   writes a checkpoint of the present version

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';

export const goldenSteps = 5;

const spec = {
  name: 'golden',
  input: [1, 8, 7],
  layers: [
    { name: 'conv', type: 'conv2d', outChannels: 4, kernelSize: [3, 2], stride: [1, 2], padding: [1, 0], bias: false },
    { name: 'norm', type: 'batchNorm2d', eps: 1e-4, momentum: 0.2 },
    { name: 'leaky', type: 'leakyReLU', negativeSlope: 0.05 },
    { name: 'group', type: 'conv2d', outChannels: 4, kernelSize: 1, groups: 2 },
    { name: 'sum', type: 'add', from: ['leaky', 'group'] },
    { name: 'pool', type: 'avgPool2d', kernelSize: [2, 3], stride: 1, padding: [1, 1] },
    { name: 'flatten', type: 'flatten' },
    { name: 'dropout', type: 'dropout', p: 0.25 },
    { name: 'fc', type: 'linear', outFeatures: 3 },
  ],
};

export const goldenOptions = {
  model: spec,
  seed: 2 ** 40 + 3,
  batchSize: 5,
  optimizer: { type: 'adamW', learningRate: 0.02, weightDecay: 0.03, betas: [0.8, 0.95], eps: 1e-7, clipNorm: 2.5 },
  schedule: {
    type: 'oneCycle',
    totalSteps: 90,
    pctStart: 0.25,
    divFactor: 20,
    annealStrategy: 'linear',
    warmupSteps: 2,
  },
  normalize: { mean: 0.25, std: 0.5 },
  loss: { type: 'crossEntropy', labelSmoothing: 0.125 },
  augment: {
    degrees: 9,
    translate: [0.1, 0.05],
    scale: [0.9, 1.2],
    shear: 3,
    elastic: { alpha: 0.5, grid: 3 },
    thickness: [-0.25, 0.5],
  },
  emaDecay: 0.75,
};

/** The same with what version 7 brought. */
export const goldenMuonOptions = {
  ...goldenOptions,
  optimizer: { type: 'muon', learningRate: 0.02, weightDecay: 0.03, momentum: 0.9, betas: [0.8, 0.95], eps: 1e-7 },
  augment: { ...goldenOptions.augment, cutout: 3, mixup: 0.5 },
};

/** Images without a meaning, the same ones for ever. */
export function goldenData(count = 23) {
  const images = Uint8Array.from({ length: count * 56 }, (_, i) => (i * i * 31 + (i >> 4) * 17) & 255);
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => (i * 7) % 3), height: 8, width: 7 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const session = (await loadEngine({ threads: 1 })).createSession({
    ...(process.argv[3] === 'muon' ? goldenMuonOptions : goldenOptions),
    classNames: ['left', 'straight', 'right'],
  });
  session.setData('train', goldenData());
  session.trainSteps(goldenSteps);
  writeFileSync(process.argv[2], session.save());
}
