// SPDX-License-Identifier: MIT
//
// What the page notices of a run that does not learn: a loss that stays where guessing is, and dead ReLUs. And what it leaves alone.

import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import { DeadUnitCounter } from '../../web/src/math/dead-units';
import { rateText } from '../../web/src/shared/format-small';
import { noticeOf } from '../../web/src/state/notices';
import type { NamedActivations } from 'tinycnn';
import type { Signs } from '../../web/src/state/notices';

const curve = (steps: number, loss: (step: number) => number, accuracy: (step: number) => number) =>
  Array.from({ length: steps / 20 }, (_, i) => ({
    step: 20 * (i + 1),
    loss: loss(20 * (i + 1)),
    accuracy: accuracy(20 * (i + 1)),
  }));

const signs = (change: Partial<Signs>): Signs => ({
  ...{ points: [], dead: null, classes: 10, guessingLoss: Math.log(10), learningRate: 0.1 },
  ...change,
});

const guessing = curve(
  800,
  (step) => 2.3 + 0.02 * Math.sin(step),
  () => 0.1,
);

describe('a loss that is stuck at the loss of guessing', () => {
  test('is noticed and explained, with a rate to try', () => {
    const notice = noticeOf(signs({ points: guessing }))!;
    expect(notice).toMatchObject({ kind: 'stuck', rate: 0.01 });
    expect(notice.headline).toBe('The network does not learn: its loss stays near 2.30, the loss of guessing (ln 10).');
    expect(notice.why).toContain('Rewind and train with a lower learning rate, such as 0.01.');
    const low = noticeOf(signs({ points: guessing, learningRate: 1e-6 }))!;
    expect(low.why).toContain('so low that the weights hardly move');
    expect(low.rate).toBe(1e-5);
  });

  test('is not noticed of a network that has only begun, that learns, or that has learned before', () => {
    expect(noticeOf(signs({ points: guessing.slice(0, 20) }))).toBeNull();
    const late = curve(
      800,
      (step) => (step < 600 ? 2.3 : 1.9),
      () => 0.1,
    );
    expect(noticeOf(signs({ points: late }))).toBeNull();
    const learned = curve(
      2000,
      (step) => 2.3 * Math.exp(-step / 300),
      () => 0.9,
    );
    expect(noticeOf(signs({ points: learned }))).toBeNull();
    expect(
      noticeOf(
        signs({
          points: curve(
            800,
            () => 2.3,
            () => 0.4,
          ),
        }),
      ),
      'more than guessing',
    ).toBeNull();
    expect(noticeOf(signs({ points: guessing, guessingLoss: null })), 'a squared error').toBeNull();
  });
});

describe('dead ReLUs', () => {
  const layer = (name: string, type: string, shape: [number, number, number], data: number[]): NamedActivations => ({
    ...{ name, type, shape },
    data: Float32Array.from(data),
  });

  test('are those that are zero for all images: channels of pictures, single units', () => {
    const counter = new DeadUnitCounter();
    counter.add([layer('conv', 'conv2d', [2, 1, 2], [0, 0, 0, 0]), layer('relu1', 'relu', [2, 1, 2], [0, 0, 0, 1])]);
    counter.add([layer('relu1', 'relu', [2, 1, 2], [0, 0, 0, 0]), layer('relu2', 'relu', [3, 1, 1], [0, 2, 0])]);
    counter.add([layer('relu2', 'relu', [3, 1, 1], [0, 0, Number.NaN])]);
    expect(counter.counted()).toEqual([
      { layer: 'relu1', dead: 1, total: 2, isOfChannels: true },
      { layer: 'relu2', dead: 1, total: 3, isOfChannels: false },
    ]);
  });

  test('are noticed where they are half of a layer, in one sentence with a stuck loss', () => {
    const dead = (count: number) => [{ layer: 'relu3', dead: count, total: 32, isOfChannels: false }];
    const points = curve(
      60,
      () => 1,
      () => 0.6,
    );
    expect(noticeOf(signs({ dead: dead(15), points }))).toBeNull();
    expect(noticeOf(signs({ dead: dead(32), points: points.slice(0, 2) })), 'units that come back').toBeNull();
    const notice = noticeOf(signs({ dead: dead(16), points }))!;
    expect(notice.kind).toBe('dead');
    expect(notice.headline).toMatch(/^Dead ReLUs: 16 of the 32 units of relu3 are 0 for every image of a sample\./);
    const both = noticeOf(signs({ dead: dead(32), points: guessing }))!;
    expect(both.kind).toBe('stuck');
    expect(both.why).toContain('32 of the 32 units of relu3');
  });
});

test('a learning rate is rounded as people write it', () => {
  const said = [0.005, 0.0049873, 0.1, 1, 10.0107, 0.00025, 0.000012, 3e-8, 0].map(rateText);
  expect(said).toEqual(['0.005', '0.005', '0.1', '1', '10', '0.00025', '0.000012', '3.0e−8', '0']);
});
