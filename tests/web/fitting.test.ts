// SPDX-License-Identifier: MIT
//
// How images of any size come to 28x28, and labels to names: the pure parts of reading own data, without a browser.

import { areaAveraged, fittedSize, ImageFitter, needsNoFitting } from '../../web/src/worker/data/files/fit-images';
import { classNamesOf, listed, sortedNames } from '../../web/src/worker/data/files/classes';
import { readIdx } from '../../web/src/worker/data/idx';
import { nounOf } from '../../web/src/state/class-names';
import { describe, test } from 'node:test';
import { expect } from '@playwright/test';

const filled = (height: number, width: number, value: number): Uint8Array => new Uint8Array(height * width).fill(value);

const pixel = (images: Uint8Array, y: number, x: number): number => images[28 * y + x]!;

describe('an image', () => {
  test('becomes the means over the areas of its pixels', () => {
    expect([...areaAveraged(Uint8Array.of(0, 100, 200, 100), 2, 2, 1, 1)]).toEqual([100]);
    expect([...areaAveraged(Uint8Array.of(0, 90, 180), 1, 3, 1, 2)]).toEqual([30, 150]);
    expect([...areaAveraged(Uint8Array.of(10, 20), 1, 2, 1, 4)]).toEqual([10, 10, 20, 20]);
  });

  test('keeps its mean grey whatever its size', () => {
    for (const side of [1, 5, 27, 29, 40, 113]) {
      const noise = Uint8Array.from({ length: side * side }, (_, i) => (i * 97) % 251);
      const out = areaAveraged(noise, side, side, 28, 28);
      const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean(out) - mean(noise)), `side ${side}`).toBeLessThan(1);
    }
  });

  test('keeps its aspect and comes to the middle', () => {
    expect(fittedSize(100, 50)).toEqual([28, 14]);
    expect(fittedSize(3, 4000)).toEqual([1, 28]);
    const fitter = new ImageFitter();
    fitter.add(filled(20, 40, 0), 20, 40);
    const grey = filled(56, 28, 0);
    grey.fill(60);
    fitter.add(grey, 56, 28);
    const { images, notes } = fitter.finish();
    const second = images.subarray(784);
    expect([pixel(second, 14, 6), pixel(second, 14, 7), pixel(second, 14, 20), pixel(second, 14, 21)]).toEqual([
      0, 60, 60, 0,
    ]);
    expect(notes.join()).toContain('2 different sizes, from 40×20 to 28×56 pixels');
  });

  test('that is dark on light is turned round together with all others, and its margins are dark', () => {
    const fitter = new ImageFitter();
    const paper = filled(56, 28, 250);
    paper[56 * 14 + 14] = 0;
    fitter.add(paper, 56, 28);
    fitter.add(filled(28, 28, 200), 28, 28);
    const { images, notes } = fitter.finish();
    expect([pixel(images, 0, 0), pixel(images, 0, 10), images[784]]).toEqual([0, 5, 55]);
    expect(Math.max(...images.subarray(0, 784))).toBeGreaterThan(60);
    expect(notes.join(' ')).toContain('dark on light');
  });

  test('of 28x28 pixels on dark stays as it is, to the byte', () => {
    const images = Uint8Array.from({ length: 2 * 784 }, (_, i) => (i % 28 > 5 && i % 28 < 20 ? i % 256 : 0));
    expect(needsNoFitting({ images, labels: new Uint8Array(2), height: 28, width: 28 })).toBe(true);
    expect(needsNoFitting({ images: filled(28, 28, 255), labels: new Uint8Array(1), height: 28, width: 28 })).toBe(
      false,
    );
    const fitter = new ImageFitter();
    for (const i of [0, 784]) fitter.add(images.subarray(i, i + 784), 28, 28);
    expect(fitter.finish()).toEqual({ images, notes: [] });
  });
});

describe('labels', () => {
  const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

  test('of EMNIST’s splits are known by their number', () => {
    expect(classNamesOf(range(1, 26)).join('')).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    expect(classNamesOf(range(0, 47)).join('')).toBe('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt');
    expect(classNamesOf(range(0, 62)).slice(35, 38)).toEqual(['Z', 'a', 'b']);
  });

  test('that are none of those are called by their numbers, also where some are missing', () => {
    expect(classNamesOf(range(0, 10)).join('')).toBe('0123456789');
    expect(classNamesOf([3, 8])).toEqual(['3', '8']);
    expect(classNamesOf(range(5, 47))[0]).toBe('5');
  });

  test('as texts are sorted as people sort them', () => {
    expect(sortedNames(['10', '9', 'b', 'a', '9'])).toEqual(['9', '10', 'a', 'b']);
    expect(listed(['a', 'b', 'c'], 2)).toBe('“a”, “b” and 1 more');
  });

  test('say what the images are', () => {
    expect(nounOf(['0', '7']).many).toBe('digits');
    expect(nounOf(['A', 'é']).one).toBe('letter');
    expect(nounOf(['0', 'A']).many).toBe('characters');
    expect(nounOf(['Ankle boot', 'Bag']).many).toBe('images');
  });
});

describe('an IDX file', () => {
  const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 6);

  test('is read as a view of its bytes', () => {
    expect(readIdx(labels, 'a')).toEqual({ kind: 'labels', count: 2, values: Uint8Array.of(5, 6) });
  });

  test('is refused by name where its header and its length do not agree, or it is another file', () => {
    expect(() => readIdx(labels.subarray(0, 9), 'a.gz')).toThrow(
      /^a\.gz is damaged or cut off: .* 2 labels, .* 2 bytes, but 1 follow/,
    );
    expect(() => readIdx(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1), 'b')).toThrow(/^b ends within its header/);
    expect(() => readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0), 'c')).toThrow(/^c holds no labels/);
    expect(() => readIdx(Uint8Array.of(1, 2, 3), 'd')).toThrow(/^d is not an IDX file/);
    const vast = Uint8Array.of(0, 0, 8, 3, ...new Array<number>(12).fill(255), 1);
    expect(() => readIdx(vast, 'e')).toThrow(/^e is damaged or cut off/);
  });
});
