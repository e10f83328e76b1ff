// SPDX-License-Identifier: MIT
//
// What the page works out itself to explain an opened channel is what the engine does: each cell's sum is its activation to five decimals,
// and the gradients worked out backwards are the engine's own, or those that finite differences give.

import { loadEngine } from 'tinycnn';
import { gradientAt, kernelGradient, lossGradient } from '../../web/src/arithmetic/backward';
import { convolutionAt, denseAt, sameDecimals } from '../../web/src/arithmetic/forward';
import { cellOver, geometryOf, patchOf, specOf, windowAt } from '../../web/src/arithmetic/geometry';
import { expect, test } from '@playwright/test';
import type { LossOptions, ModelSpec, Session } from 'tinycnn';
import type { Pass } from '../../web/src/arithmetic/backward';

const engine = await loadEngine({ threads: 1 });
const kImages = Uint8Array.from({ length: 64 * 784 }, (_, i) => ((i * 7919) % 13 < 4 ? (i * 31) % 256 : 0));
const kLabels = Uint8Array.from({ length: 64 }, (_, i) => i % 10);
const image = kImages.slice(0, 784);

function trained(model: string | ModelSpec, loss: LossOptions = { type: 'crossEntropy' }): Session {
  const session = engine.createSession({ model, seed: 3, batchSize: 16, loss });
  session.setData('train', { images: kImages, labels: kLabels, height: 28, width: 28 });
  session.trainSteps(3);
  return session;
}

function passOf(session: Session, loss: LossOptions, label: number): Pass {
  return {
    ...{ spec: session.spec, layers: session.summary.layers, loss, label },
    activations: new Map(session.allActivations(image).map((each) => [each.name, each])),
    parameters: new Map(session.parameters({ averaged: true }).map(({ name, data }) => [name, data])),
  };
}

const kAverages = { emaDecay: 0.9 };

for (const model of ['tinycnn', 'lenet5', 'residual-8k']) {
  test(`every cell of ${model}'s convolutions is the engine's activation to five decimals`, () => {
    const session = engine.createSession({ model, seed: 2, batchSize: 16, ...kAverages });
    session.setData('train', { images: kImages, labels: kLabels, height: 28, width: 28 });
    session.trainSteps(3);
    const activations = new Map(session.allActivations(image).map((each) => [each.name, each]));
    const parameters = new Map(session.parameters({ averaged: true }).map((each) => [each.name, each]));
    let cells = 0;
    for (const { name, type, from, shape } of session.summary.layers) {
      if (type !== 'conv2d') continue;
      const input = activations.get(from[0]!)!;
      const geometry = geometryOf(specOf(session.spec, name)!, input.shape);
      const [weight, bias] = [parameters.get(`${name}.weight`)!, parameters.get(`${name}.bias`)];
      const [channels, height, width] = shape;
      for (let i = 0; i < channels * height * width; i += 7) {
        const cell = { y: Math.floor(i / width) % height, x: i % width };
        const index = Math.floor(i / (height * width));
        const { sum } = convolutionAt(input.data, input.shape, geometry, weight, bias, index, cell);
        const value = activations.get(name)!.data[i]!;
        expect(Math.abs(sum - value), `${name} ${i}`).toBeLessThan(5e-6 * Math.max(1, Math.abs(value)));
        ++cells;
      }
    }
    expect(cells).toBeGreaterThan(500);
    session.dispose();
  });
}

test('the averaged weights are those that give the activations, and others than the trained ones', () => {
  const session = engine.createSession({ model: 'tinycnn', seed: 2, batchSize: 16, ...kAverages });
  session.setData('train', { images: kImages, labels: kLabels, height: 28, width: 28 });
  session.trainSteps(4);
  const find = (averaged: boolean, name: string) =>
    session.parameters({ averaged }).find((tensor) => tensor.name === name)!;
  const input = session.activations('relu3', image).data;
  const logits = session.activations('fc2', image).data;
  const worst = (averaged: boolean): number =>
    Math.max(
      ...Array.from(logits, (value, unit) =>
        Math.abs(denseAt(input, find(averaged, 'fc2.weight'), find(averaged, 'fc2.bias'), unit).sum - value),
      ),
    );
  expect(worst(true)).toBeLessThan(1e-5);
  expect(worst(false)).toBeGreaterThan(1e-4);
  session.dispose();
});

for (const [model, loss] of [
  ['tinycnn', { type: 'crossEntropy' }],
  ['lenet5', { type: 'crossEntropy', labelSmoothing: 0.1 }],
  ['conv2-24k', { type: 'nll' }],
  ['sigmoid-mlp', { type: 'mse' }],
] as const) {
  test(`backwards through ${model}, kernels and biases get the engine's own gradients`, () => {
    const session = trained(model, loss);
    const label = 4;
    const engines = new Map(session.gradients(image, Uint8Array.of(label)).map(({ name, data }) => [name, data]));
    const pass = passOf(session, loss, label);
    const near = (ours: number, theirs: number, what: string): void => {
      expect(Math.abs(ours - theirs), what).toBeLessThan(1e-5 + 1e-4 * Math.abs(theirs));
    };
    for (const { name, type, from, shape } of session.summary.layers) {
      if (type !== 'conv2d' && type !== 'linear') continue;
      const { gradient } = gradientAt(pass, name);
      const input = pass.activations.get(from[0]!)!;
      const size = shape[1] * shape[2];
      engines.get(`${name}.bias`)!.forEach((theirs, k) => {
        const ours = gradient.subarray(k * size, (k + 1) * size).reduce((sum, value) => sum + value, 0);
        near(ours, theirs, `${name}.bias ${k}`);
      });
      if (type !== 'conv2d') continue;
      const geometry = geometryOf(specOf(session.spec, name)!, input.shape);
      const taps = geometry.kernel[0] * geometry.kernel[1];
      const theirs = engines.get(`${name}.weight`)!;
      for (const [k, c] of [
        [0, 0],
        [shape[0] - 1, input.shape[0] - 1],
      ] as const) {
        kernelGradient(gradient, shape, k, input, c, geometry).forEach((ours, tap) => {
          near(ours, theirs[(k * input.shape[0] + c) * taps + tap]!, `${name}.weight ${k} ${c} ${tap}`);
        });
      }
    }
    session.dispose();
  });
}

const kEverything: ModelSpec = {
  name: 'everything',
  input: [1, 28, 28],
  layers: [
    { name: 'conv1', type: 'conv2d', outChannels: 4, kernelSize: 5, stride: 2, padding: 1 },
    { name: 'bn1', type: 'batchNorm2d' },
    { name: 'silu1', type: 'silu' },
    { name: 'conv2', type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 1, groups: 2 },
    { name: 'gelu1', type: 'gelu' },
    { name: 'add', type: 'add', from: ['silu1', 'gelu1'] },
    { name: 'cat', type: 'concat', from: ['add', 'conv2'] },
    { name: 'leaky', type: 'leakyReLU', negativeSlope: 0.2 },
    { name: 'avg', type: 'avgPool2d', kernelSize: 2, padding: 1 },
    { name: 'drop', type: 'dropout', p: 0.3 },
    { name: 'gap', type: 'globalAvgPool2d' },
    { name: 'fc', type: 'linear', outFeatures: 10 },
    { name: 'tanh', type: 'tanh' },
  ],
};

test('backwards through every kind of layer, biases get the gradients that finite differences give', () => {
  const session = trained(kEverything);
  const label = 2;
  const loss = { type: 'crossEntropy' } as const;
  const pass = passOf(session, loss, label);
  const tensors = session.parameters();
  const lossWith = (name: string, k: number, change: number): number => {
    const moved = tensors.map((tensor) => {
      if (tensor.name !== name) return tensor;
      const data = tensor.data.slice();
      data[k] = data[k]! + change;
      return { ...tensor, data };
    });
    session.setParameters(moved);
    return lossGradient(session.activations('tanh', image).data, loss, label).loss;
  };
  const kStep = 0.005;
  for (const layer of ['conv1', 'conv2', 'bn1']) {
    const { gradient } = gradientAt(pass, layer);
    const size = gradient.length / 4;
    const name = `${layer}.bias`;
    const ours = [0, 1, 2, 3].map((k) => gradient.subarray(k * size, (k + 1) * size).reduce((sum, d) => sum + d, 0));
    const theirs = ours.map((_, k) => (lossWith(name, k, kStep) - lossWith(name, k, -kStep)) / (2 * kStep));
    const most = Math.max(...theirs.map(Math.abs));
    expect(most, `${name} matters`).toBeGreaterThan(1e-3);
    ours.forEach((value, k) => {
      expect(Math.abs(value - theirs[k]!), `${name}: ${ours.join(' ')} and ${theirs.join(' ')}`).toBeLessThan(
        0.03 * most,
      );
    });
  }
  session.dispose();
});

test('windows lie where stride and padding put them, with zeros over the edges', () => {
  const geometry = { kernel: [3, 3], stride: [2, 2], padding: [1, 1], groups: 1 } as const;
  expect(windowAt(geometry, { y: 0, x: 2 })).toEqual({ y: -1, x: 3, height: 3, width: 3 });
  const values = Float32Array.from({ length: 16 }, (_, i) => i + 1);
  expect(patchOf(values, [1, 4, 4], 0, windowAt(geometry, { y: 0, x: 0 }))).toEqual([0, 0, 0, 0, 1, 2, 0, 5, 6]);
  for (let y = 0; y < 2; ++y) {
    const { y: top } = windowAt(geometry, { y, x: 0 });
    expect(cellOver(geometry, { y: top + 1, x: 0 }, [1, 2, 2])).toEqual({ y, x: 0 });
  }
});

test('how far two numbers agree is counted in decimals', () => {
  expect(sameDecimals(1.5, 1.5)).toBe(7);
  expect(sameDecimals(1.23451, 1.23449)).toBe(4);
  expect(sameDecimals(1, 3)).toBe(0);
});
