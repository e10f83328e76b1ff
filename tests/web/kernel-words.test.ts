// SPDX-License-Identifier: MIT
//
// What the page says a kernel responds to, on made-up kernels: each sentence is held against the kernel's own response to ideal patches.

import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import { kernelPattern, probesFor } from '../../web/src/math/kernel-pattern';
import { kernelSentence } from '../../web/src/state/kernel-words';
import type { Direction, Pattern } from '../../web/src/math/kernel-pattern';

/** Numbers from 0 to 1, always the same. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());

const made = (size: number, value: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: size * size }, (_, i) =>
    value((i % size) - (size - 1) / 2, Math.floor(i / size) - (size - 1) / 2),
  );

const sentence = (weights: Float32Array, size: number): string =>
  kernelSentence({ weights, inputs: 1, height: size, width: size, source: 'input' });

const patternOf = (weights: Float32Array, size: number): Pattern | null => kernelPattern(weights, size, size).pattern;

const edge = (direction: number) => (x: number, y: number) =>
  Math.tanh(Math.cos((direction * Math.PI) / 4) * x + Math.sin((direction * Math.PI) / 4) * y);

const froms = ['left', 'top left', 'top', 'top right', 'right', 'bottom right', 'bottom', 'bottom left'];
const tos = ['right', 'bottom right', 'bottom', 'bottom left', 'left', 'top left', 'top', 'top right'];

/** The response to a patch less its mean, as a share of what the patch can have. */
function response(weights: Float32Array, patch: Float64Array): number {
  const mean = patch.reduce((sum, value) => sum + value, 0) / patch.length;
  const norm = Math.hypot(...patch.map((value) => value - mean)) || 1;
  return weights.reduce((sum, weight, i) => sum + (weight * (patch[i]! - mean)) / norm, 0);
}

describe('a kernel is described by the pattern that it responds to', () => {
  for (const size of [3, 5, 7]) {
    test(`edges in eight directions, ${size}x${size}, also with noise`, () => {
      const random = randomNumbers(size);
      for (let direction = 0; direction < 8; ++direction) {
        const weights = made(size, edge(direction)).map((weight) => 0.4 * weight + 0.05 * normal(random));
        expect(patternOf(weights, size)).toEqual({ kind: 'edge', direction: direction as Direction });
        expect(sentence(weights, size)).toContain(
          `edges where background (${froms[direction]}) changes to ink (${tos[direction]})`,
        );
      }
    });

    test(`lines and gaps in four orientations, ${size}x${size}`, () => {
      const line = (i: number) => (x: number, y: number) =>
        Math.abs(Math.cos((i * Math.PI) / 4) * x + Math.sin((i * Math.PI) / 4) * y) < 0.6 ? 1 : -0.4;
      ['vertical', 'rising', 'horizontal', 'falling'].forEach((orientation, i) => {
        const weights = made(size, line(i));
        expect(patternOf(weights, size)).toEqual({ kind: 'line', orientation });
        expect(
          patternOf(
            weights.map((weight) => -weight),
            size,
          ),
        ).toEqual({ kind: 'gap', orientation });
      });
    });

    test(`a spot and a hole, in the middle and in a corner, ${size}x${size}`, () => {
      const reach = (size - 1) / 2;
      const radius = reach > 1 ? 1.2 : 0.6;
      const spot = (px: number, py: number) => (x: number, y: number) =>
        Math.hypot(x - px * reach, y - py * reach) < radius ? 1 : -0.2;
      for (const [x, y] of [
        [0, 0],
        [1, -1],
      ] as const) {
        const weights = made(size, spot(x, y));
        expect(patternOf(weights, size)).toEqual({ kind: 'spot', place: { x, y } });
        expect(
          patternOf(
            weights.map((weight) => -weight),
            size,
          ),
        ).toEqual({ kind: 'hole', place: { x, y } });
      }
    });

    test(`the same weight everywhere, ${size}x${size}`, () => {
      const random = randomNumbers(size);
      const weights = made(size, () => 0.3 + 0.05 * normal(random));
      expect(patternOf(weights, size)).toEqual({ kind: 'high' });
      expect(sentence(weights, size)).toMatch(
        /^Responds to ink anywhere in its window\. Its weights average \+0\.\d\d; they add up to \+\d/,
      );
      expect(
        patternOf(
          weights.map((weight) => -weight),
          size,
        ),
      ).toEqual({ kind: 'low' });
    });

    test(`random weights have no simple pattern, ${size}x${size}`, () => {
      const random = randomNumbers(size);
      const kernels = Array.from({ length: 300 }, () => made(size, () => normal(random)));
      const named = kernels.filter((weights) => patternOf(weights, size) !== null);
      expect(named.length / kernels.length).toBeLessThan(0.07);
      const unnamed = kernels.find((weights) => patternOf(weights, size) === null)!;
      expect(sentence(unnamed, size)).toMatch(
        /^No simple pattern\. The closest, .*, explains only \d+ % of how its weights differ\. Its largest weight is \+\d\.\d\d \(row \d, column \d\)/,
      );
    });

    test(`of all ideal patches none excites it more than the one that is named, ${size}x${size}`, () => {
      const random = randomNumbers(size + 10);
      for (let i = 0; i < 40; ++i) {
        const weights = made(size, edge(8 * random())).map((weight) => weight + 0.3 * normal(random));
        const { pattern } = kernelPattern(weights, size, size);
        if (pattern === null) continue;
        const strongest = (probes: ReturnType<typeof probesFor>): number =>
          Math.max(...probes.map(({ values }) => response(weights, values)));
        const all = probesFor(size, size);
        const named = all.filter((probe) => JSON.stringify(probe.pattern) === JSON.stringify(pattern));
        expect(strongest(named)).toBeCloseTo(strongest(all), 6);
      }
    });
  }

  test('with its numbers', () => {
    const weights = Float32Array.of(-0.4, 0, 0.4, -0.5, 0, 0.5, -0.3, 0, 0.3);
    expect(sentence(weights, 3)).toBe(
      'Responds to edges where background (left) changes to ink (right). Its weights average −0.40 at the left and +0.40 at the right.',
    );
  });

  test('or not at all, where all weights are zero or not numbers', () => {
    expect(sentence(new Float32Array(9), 3)).toBe('All its weights are zero: it responds to nothing.');
    expect(sentence(new Float32Array(9).fill(Number.NaN), 3)).toContain('training has diverged');
  });

  test('a kernel of one weight is high or low', () => {
    expect(patternOf(Float32Array.of(0.5), 1)).toEqual({ kind: 'high' });
    expect(patternOf(Float32Array.of(-0.5), 1)).toEqual({ kind: 'low' });
  });
});

describe('a channel that reads several', () => {
  const channels = (...all: Float32Array[]): Float32Array => Float32Array.from(all.flatMap((each) => [...each]));
  const deep = (weights: Float32Array, inputs: number): string =>
    kernelSentence({ weights, inputs, height: 3, width: 3, source: 'relu1' });

  test('is described by the one with the most weight', () => {
    const small = made(3, () => 0.01);
    const text = deep(channels(small, made(3, edge(2)), small), 3);
    expect(text).toContain('Mostly reads channel 2 of relu1 (100 % of its weight).');
    expect(text).toContain('In that channel: responds to edges where low values (top) changes to high values (bottom)');
  });

  test('and as a mix where none has', () => {
    const each = made(3, edge(0));
    expect(deep(channels(each, each, each), 3)).toMatch(
      /^No simple pattern: it combines 3 channels of relu1, .* 33 %\)\.$/,
    );
  });
});
