// SPDX-License-Identifier: MIT
//
// What the page works out itself to explain an opened channel is what the engine does: each cell's sum is its activation to five decimals,
// and the gradients worked out backwards are the engine's own, or those that finite differences give.

import { loadEngine } from 'tinycnn';
import { gradientAt, kernelGradient, lossGradient, scoreGradient, scoreLayer } from '../../web/src/math/backward';
import { convolutionAt, denseAt, sameDecimals } from '../../web/src/math/forward';
import { covered, occlusion } from '../../web/src/math/occlusion';
import { finished } from '../../web/src/math/work';
import { cellOver, geometryOf, patchOf, specOf, windowAt } from '../../web/src/math/geometry';
import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import type { LossOptions, ModelSpec, Session } from 'tinycnn';
import type { Pass } from '../../web/src/math/backward';

const engine = await loadEngine({ threads: 1 });
const images = Uint8Array.from({ length: 64 * 784 }, (_, i) => ((i * 7919) % 13 < 4 ? (i * 31) % 256 : 0));
const labels = Uint8Array.from({ length: 64 }, (_, i) => i % 10);
const image = images.slice(0, 784);

function trained(model: string | ModelSpec, loss: LossOptions = { type: 'crossEntropy' }): Session {
  const session = engine.createSession({ model, seed: 3, batchSize: 16, loss });
  session.setData('train', { images: images, labels: labels, height: 28, width: 28 });
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

const averages = { emaDecay: 0.9 };

for (const model of ['tinycnn', 'lenet5', 'residual-8k']) {
  test(`every cell of ${model}'s convolutions is the engine's activation to five decimals`, () => {
    const session = engine.createSession({ model, seed: 2, batchSize: 16, ...averages });
    session.setData('train', { images: images, labels: labels, height: 28, width: 28 });
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
  const session = engine.createSession({ model: 'tinycnn', seed: 2, batchSize: 16, ...averages });
  session.setData('train', { images: images, labels: labels, height: 28, width: 28 });
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

const everything: ModelSpec = {
  name: 'everything',
  input: [1, 28, 28],
  layers: [
    { name: 'conv1', type: 'conv2d', outChannels: 4, kernelSize: 5, stride: 2, padding: 1 },
    { name: 'bn1', type: 'batchNorm2d' },
    { name: 'silu1', type: 'silu' },
    { name: 'conv2', type: 'conv2d', outChannels: 4, kernelSize: 3, padding: [2, 3], dilation: [2, 3], groups: 2 },
    { name: 'gelu1', type: 'gelu' },
    { name: 'six', type: 'relu6' },
    { name: 'add', type: 'add', from: ['silu1', 'six'] },
    { name: 'cat', type: 'concat', from: ['add', 'conv2'] },
    { name: 'leaky', type: 'leakyReLU', negativeSlope: 0.2 },
    { name: 'zeros', type: 'zeroPad2d', padding: [1, 0, 2, 1] },
    { name: 'avg', type: 'avgPool2d', kernelSize: 2, padding: 1 },
    { name: 'squeeze', type: 'globalAvgPool2d' },
    { name: 'gate', type: 'sigmoid' },
    { name: 'gated', type: 'multiply', from: ['avg', 'gate', 'avg'] },
    { name: 'drop', type: 'dropout', p: 0.3 },
    { name: 'gap', type: 'globalAvgPool2d' },
    { name: 'fc', type: 'linear', outFeatures: 10 },
    { name: 'tanh', type: 'tanh' },
  ],
};

test('backwards through every kind of layer, biases get the gradients that finite differences give', () => {
  const session = trained(everything);
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
  const step = 0.005;
  for (const layer of ['conv1', 'conv2', 'bn1']) {
    const { gradient } = gradientAt(pass, layer);
    const size = gradient.length / 4;
    const name = `${layer}.bias`;
    const ours = [0, 1, 2, 3].map((k) => gradient.subarray(k * size, (k + 1) * size).reduce((sum, d) => sum + d, 0));
    const theirs = ours.map((_, k) => (lossWith(name, k, step) - lossWith(name, k, -step)) / (2 * step));
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

/** What the network sees of a pixel changes by so much for each 255th of ink. */
const inkStep = 1 / 255 / 0.3081;

function scoreGradientOf(
  session: Session,
  label: number,
): { gradient: Float32Array; score: (pixels: number[]) => number } {
  const { name } = scoreLayer(session.summary.layers);
  return {
    gradient: finished(scoreGradient(passOf(session, { type: 'crossEntropy' }, label), label)),
    score: (pixels) => session.activations(name, pixels).data[label]!,
  };
}

/** By the 784 pixels, each moved by `reach` 255ths of ink either way. */
function finiteDifferences(score: (pixels: number[]) => number, reach: number): { pixel: number; change: number }[] {
  const pixels = Array.from(image);
  const found: { pixel: number; change: number }[] = [];
  for (let pixel = 0; pixel < pixels.length; pixel += 3) {
    const ink = pixels[pixel]!;
    if (ink < reach || ink > 255 - reach) continue;
    const at = (change: number): number => score(pixels.with(pixel, ink + change));
    found.push({ pixel, change: (at(reach) - at(-reach)) / (2 * reach * inkStep) });
  }
  return found;
}

test('through every kind of layer, a class score has the gradient by the pixels that finite differences give', () => {
  const session = trained(everything);
  const { gradient, score } = scoreGradientOf(session, 2);
  const theirs = finiteDifferences(score, 8);
  const most = Math.max(...theirs.map(({ change }) => Math.abs(change)));
  expect(theirs.length).toBeGreaterThan(50);
  expect(most, 'pixels matter').toBeGreaterThan(1e-4);
  for (const { pixel, change } of theirs) {
    expect(Math.abs(gradient[pixel]! - change), `pixel ${pixel}: ${change}`).toBeLessThan(0.04 * most);
  }
  session.dispose();
});

for (const model of engine.zoo.map(({ id }) => id).filter((id) => id !== 'wide-593k')) {
  test(`the class scores of ${model} have the gradients by the pixels that finite differences give`, () => {
    const session = trained(model, { type: 'crossEntropy' });
    const { gradient, score } = scoreGradientOf(session, 4);
    const theirs = finiteDifferences(score, 2);
    const most = Math.max(...theirs.map(({ change }) => Math.abs(change)));
    expect(theirs.length).toBeGreaterThan(50);
    // little where a mean over the image follows, yet a hundred times what float's rounding makes of it
    expect(most, 'pixels matter').toBeGreaterThan(2e-5);
    // Where a unit's bend (ReLU) or a pooling's winner lies within the step, no gradient is right on both of its sides.
    const near = theirs.filter(({ pixel, change }) => Math.abs(gradient[pixel]! - change) < 0.06 * most);
    expect(near.length / theirs.length).toBeGreaterThan(0.8);
    const dot = (a: (each: (typeof theirs)[number]) => number, b: typeof a): number =>
      theirs.reduce((sum, each) => sum + a(each) * b(each), 0);
    const [ours, change] = [
      ({ pixel }: { pixel: number }) => gradient[pixel]!,
      (each: { change: number }) => each.change,
    ];
    const cosine = dot(ours, change) / Math.sqrt(dot(ours, ours) * dot(change, change));
    expect(cosine).toBeGreaterThan(0.97);
    expect(Math.abs(dot(ours, ours) / dot(change, change) - 1)).toBeLessThan(0.1);
    session.dispose();
  });
}

test('scores are what the last layers only squash', () => {
  const layer = (model: string): string => {
    const session = engine.createSession({ model, seed: 1 });
    const { name } = scoreLayer(session.summary.layers);
    session.dispose();
    return name;
  };
  expect(layer('tinycnn')).toBe('fc2');
  expect(layer('sigmoid-mlp')).toBe('fc2');
  expect(layer('conv2-24k')).toBe('fc2');
  expect(layer('bn-gap-12k')).toBe('gap');
});

describe('covering a patch', () => {
  const pixels = Uint8Array.from({ length: 36 }, (_, i) => (i === 7 || i === 28 ? 200 : 0));
  const small = { pixels, height: 6, width: 6 };
  /** As probable as there is ink. */
  const inked = (shown: Uint8Array): number => shown.reduce((sum, ink) => sum + ink, 0) / 400;

  test('takes away the ink under it, also at the edges, and changes nothing where there is none', () => {
    expect(covered(small, 0, 0, 3)![7]).toBe(0);
    expect(covered(small, 0, 0, 3)![28]).toBe(200);
    expect(covered(small, 0, 0, 1)).toBeNull();
    expect(covered(small, 5, 0, 3)).toBeNull();
    expect(pixels[7]).toBe(200);
  });

  test('costs what the ink under it was worth', () => {
    const falls = finished(occlusion(small, { size: 3, stride: 1 }, inked));
    expect(Array.from(falls.slice(0, 6))).toEqual([0.5, 0.5, 0.5, 0, 0, 0]);
    expect(falls.reduce((sum, fall) => sum + fall, 0)).toBeCloseTo(0.5 * (9 + 9), 6);
  });

  test('is tried less often with a stride, and then stands for a square of pixels', () => {
    let asked = 0;
    const falls = finished(
      occlusion(small, { size: 3, stride: 3 }, (shown) => {
        ++asked;
        return inked(shown);
      }),
    );
    expect(asked).toBeLessThanOrEqual(1 + 4);
    expect(falls[0]).toBe(0.5);
    expect(falls[14]).toBe(0.5);
    expect(falls[3]).toBe(0);
  });

  test('is compared with what the network says of the whole image at that time', () => {
    let learned = 0;
    const work = occlusion(small, { size: 3, stride: 1 }, (shown) => inked(shown) + learned);
    let next = work.next(false);
    while (!next.done) {
      learned += 1;
      next = work.next(true);
    }
    expect(Math.max(...next.value)).toBeCloseTo(0.5, 6);
    expect(Math.min(...next.value)).toBeCloseTo(0, 6);
  });
});

test('windows lie where stride and padding put them, with zeros over the edges', () => {
  const geometry = { kernel: [3, 3], stride: [2, 2], padding: [1, 1], dilation: [1, 1], groups: 1 } as const;
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

test('the window of a convolution with dilation spans its holes, and its cells are what the engine computes', () => {
  const spec: ModelSpec = {
    name: 'dilated',
    input: [1, 28, 28],
    layers: [
      {
        name: 'conv',
        type: 'conv2d',
        outChannels: 3,
        kernelSize: [3, 2],
        stride: 2,
        padding: [3, 1],
        dilation: [2, 4],
      },
      { name: 'gap', type: 'globalAvgPool2d' },
    ],
  };
  const session = engine.createSession({ model: spec, seed: 4 });
  const [input, conv] = ['input', 'conv'].map((name) =>
    session.allActivations(image).find((each) => each.name === name)!,
  );
  const [weight, bias] = session.parameters();
  const geometry = geometryOf(spec.layers[0]!, input!.shape);
  expect(windowAt(geometry, { y: 1, x: 1 })).toMatchObject({ y: -1, x: 1, height: 5, width: 5 });
  const [channels, height, width] = conv!.shape;
  for (let i = 0; i < channels * height * width; ++i) {
    const cell = { y: Math.floor(i / width) % height, x: i % width };
    const { sum } = convolutionAt(
      input!.data,
      input!.shape,
      geometry,
      weight!,
      bias,
      Math.floor(i / (height * width)),
      cell,
    );
    expect(Math.abs(sum - conv!.data[i]!), String(i)).toBeLessThan(5e-6);
  }
  session.dispose();
});
