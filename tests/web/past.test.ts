// SPDX-License-Identifier: MIT
//
// At which steps a run is noted, what is let go of when that takes too much room, and links that say where a run leads.

import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import { growthFor, maxMomentBytes, momentAfter } from '../../web/src/shared/moments';
import { newLog, settingsAt, withRate } from '../../web/src/shared/run-log';
import { firstLink, fromHash } from '../../web/src/state/page-link';
import { goalIn, recipeHash, verdict } from '../../web/src/state/recipe-link';
import { thinned } from '../../web/src/state/thinned';
import { fromViewHash } from '../../web/src/state/view-link';

const momentsUntil = (last: number, growth: number): number[] => {
  const steps = [0];
  while (steps.at(-1)! < last) steps.push(momentAfter(steps.at(-1)!, growth));
  return steps;
};

describe('moments of a run', () => {
  test('are every one of the first steps, then ever farther apart, and fit their room', () => {
    for (const weights of [8000, 18_982, 100_000, 593_000]) {
      const steps = momentsUntil(30_000, growthFor(weights));
      expect(4 * weights * steps.length).toBeLessThan(maxMomentBytes + 3 * 4 * weights);
      expect(steps.slice(0, 2)).toEqual([0, 1]);
      for (let i = 2; i < steps.length; ++i) {
        expect(steps[i]! - steps[i - 1]!).toBeGreaterThanOrEqual(Math.min(20, steps[i - 1]! - steps[i - 2]!));
      }
    }
    expect(momentsUntil(9, growthFor(18_982))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('do not depend on where the run was interrupted', () => {
    const growth = growthFor(18_982);
    const steps = momentsUntil(5000, growth);
    fc.assert(
      fc.property(fc.nat(4999), (step) => {
        expect(momentAfter(step, growth)).toBe(steps.find((each) => each > step));
      }),
    );
  });

  test('are thinned where they lie closest together; the first and the last stay', () => {
    const points = [0, 1, 2, 4, 8, 9, 16, 32].map((step) => ({ step }));
    const size = (): number => 10;
    expect(thinned(points, size, 80)).toBe(points);
    expect(thinned(points, size, 70).map(({ step }) => step)).toEqual([0, 1, 2, 4, 8, 16, 32]);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(10_000), { minLength: 2 }), fc.nat(400), (steps, room) => {
        const all = steps.sort((a, b) => a - b).map((step) => ({ step }));
        const left = thinned(all, size, room);
        expect(left.length).toBe(Math.min(all.length, Math.max(2, Math.floor(room / 10))));
        expect([left[0], left.at(-1)]).toEqual([all[0], all.at(-1)]);
      }),
    );
  });
});

describe('a link that says where its run leads', () => {
  const settings = { ...firstLink.settings, seed: 7, changes: { batchSize: 64 } };
  const log = withRate(withRate(newLog(settings), { step: 120, learningRate: 0.003 }), {
    step: 500,
    learningRate: 1e-7,
  });
  const hash = recipeHash(
    { data: 'fashion-mnist', log, view: 'digit=4' },
    { step: 900, weights: '0123456789abcdef', version: '0.1.0' },
  );

  test('is read as it was written, also by what knows only settings, or only the view', () => {
    expect(hash).toBe(
      'data=fashion-mnist&seed=7&batchSize=64&stop=step-900&rates=120-0.003_500-1e-7&weights=0123456789abcdef&version=0.1.0&digit=4',
    );
    expect(goalIn(`#${hash}`)).toEqual({
      ...{ step: 900, weights: '0123456789abcdef', version: '0.1.0' },
      rates: log.rates,
    });
    expect(fromHash(hash)).toEqual({ data: 'fashion-mnist', settings });
    expect(fromViewHash(hash)).toMatchObject({ stop: { at: 'step', step: 900 }, digit: 4 });
  });

  test('is an ordinary link where that cannot be', () => {
    for (const bad of [
      hash.replace('0123456789abcdef', '0123'),
      hash.replace('step-900', 'epoch-2'),
      hash.replace('step-900', 'step-0'),
      hash.replace('120-0.003', '600-0.003'),
      hash.replace('120-0.003', '120-fast'),
      'seed=7',
    ]) {
      expect(goalIn(bad), bad).toBeNull();
    }
  });

  test('says what differs where the weights are others', () => {
    const goal = goalIn(hash)!;
    const now = { version: '0.1.0', data: null };
    expect(verdict(goal, goal.weights, now)).toBe('Same weights: 0123456789abcdef, bit for bit as the link says.');
    expect(verdict(goal, 'f'.repeat(16), now)).toBe('Other weights: ffffffffffffffff instead of 0123456789abcdef.');
    expect(verdict(goal, 'f'.repeat(16), { version: '0.2.0', data: 'Other data.' })).toBe(
      'Other weights: ffffffffffffffff instead of 0123456789abcdef. The link was made by TinyCNN 0.1.0; this is 0.2.0. Other data.',
    );
  });

  test('at each of its steps the settings are those that held there', () => {
    expect([0, 119, 120, 499, 500].map((step) => settingsAt(log, step).changes.learningRate)).toEqual([
      ...[undefined, undefined, 0.003, 0.003, 1e-7],
    ]);
    expect(withRate(log, { step: 120, learningRate: 1 }).rates).toEqual([{ step: 120, learningRate: 1 }]);
  });
});
