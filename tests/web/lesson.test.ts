// SPDX-License-Identifier: MIT
//
// What lessons change of the training images: fewer of them, and wrong labels; always the same, and nothing else.

import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import { fewer, withWrongLabels } from '../../web/src/worker/data/lesson';
import { fromHash, toHash } from '../../web/src/state/page-link';
import type { LabelledSet } from '../../web/src/shared/dataset';

const classes = 10;
const total = 5000;

/** Each image's first two pixels are its index. Class 0 is rare. */
const set: LabelledSet = {
  images: Uint8Array.from({ length: total * 784 }, (_, at) => {
    const i = Math.floor(at / 784);
    return at % 784 === 0 ? i % 256 : at % 784 === 1 ? Math.floor(i / 256) : 0;
  }),
  labels: Uint8Array.from({ length: total }, (_, i) => (i % 500 === 0 ? 0 : 1 + (i % (classes - 1)))),
  ...{ height: 28, width: 28 },
};

const indices = ({ images, labels }: LabelledSet): number[] =>
  Array.from(labels, (_, i) => images[i * 784]! + 256 * images[i * 784 + 1]!);

describe('fewer training images', () => {
  test('are as many of each class as there are, each with its own label', () => {
    const some = fewer(set, 200);
    expect(some.labels).toHaveLength(200);
    const counts = Array.from({ length: classes }, (_, label) => some.labels.filter((each) => each === label).length);
    expect(counts[0], 'all that there are').toBe(10);
    expect(Math.max(...counts.slice(1)) - Math.min(...counts.slice(1))).toBeLessThanOrEqual(1);
    expect(indices(some).map((i) => set.labels[i])).toEqual([...some.labels]);
    expect(new Set(indices(some)).size).toBe(200);
  });

  test('are the same every time, and part of every larger choice', () => {
    expect(fewer(set, 100)).toEqual(fewer(set, 100));
    const more = new Set(indices(fewer(set, 1000)));
    expect(indices(fewer(set, 100)).every((i) => more.has(i))).toBe(true);
    expect(fewer(set, total)).toBe(set);
  });
});

describe('wrong labels', () => {
  test('are as many as wanted, all wrong, spread over the other classes, and the same every time', () => {
    const noisy = withWrongLabels(set, 0.2, classes);
    const wrong = [...noisy.labels].map((label, i) => [set.labels[i]!, label] as const).filter(([a, b]) => a !== b);
    expect(wrong).toHaveLength(0.2 * total);
    const steps = wrong.map(([a, b]) => (b - a + classes) % classes);
    for (let step = 1; step < classes; ++step) {
      expect(steps.filter((each) => each === step).length).toBeGreaterThan(70);
    }
    expect(withWrongLabels(set, 0.2, classes)).toEqual(noisy);
    expect(noisy.images).toBe(set.images);
    expect(withWrongLabels(set, 1, classes).labels.every((label, i) => label !== set.labels[i])).toBe(true);
    expect(withWrongLabels(set, 0, classes)).toBe(set);
  });
});

test('a link says what was changed, and brings it back', () => {
  const link = fromHash('trainingImages=100&wrongLabels=0.2&synthetic=0&augmentation=none');
  expect(link.settings.changes).toEqual({ trainingImages: 100, wrongLabels: 0.2, synthetic: 0, augmentation: 'none' });
  expect(fromHash(toHash(link))).toEqual(link);
  expect(fromHash('trainingImages=99&wrongLabels=2&synthetic=-1').settings.changes).toEqual({});
});
