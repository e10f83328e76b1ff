// SPDX-License-Identifier: MIT
//
// Runs as lines of a table and points of a plot: their order, the front of those that no other beats, the scales, the files, and which of
// them the browser keeps.

import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import { goneFirst, isWorthKeeping, maxBytes, maxRuns } from '../../web/src/client/kept/bounds';
import {
  accuracyAxis,
  accuracyPlace,
  costAxis,
  paretoFront,
  publishedAccuracy,
  zooPoints,
} from '../../web/src/features/runs/front';
import { pressed, rowOf, sorted } from '../../web/src/features/runs/rows';
import { runsCsv, runsJson } from '../../web/src/features/runs/tables';
import { briefCount, timeText } from '../../web/src/features/runs/words';
import { differing, setOtherwise } from '../../web/src/state/comparison';
import { emptyCurve } from '../../web/src/state/curve';
import { emptyLogCurve } from '../../web/src/state/log-curve';
import type { Point } from '../../web/src/features/runs/front';
import type { Order, Row } from '../../web/src/features/runs/rows';
import type { ListedRun } from '../../web/src/client/kept/runs';
import type { KeptRun } from '../../web/src/client/kept/schema';
import type { Evaluation, RunSettings } from '../../web/src/shared/protocol';

const settings: RunSettings = { model: 'tinycnn', recipe: 'recommended', seed: 4, validation: 0, changes: {} };

const tested = (accuracy: number): Evaluation => ({
  ...{ step: 100, epoch: 1, loss: 0.3, accuracy, count: 10, confusion: [[10]] },
  ...{ training: { loss: 0.2, accuracy }, dead: [], validation: null },
});

const keptRun = (change: Partial<KeptRun> = {}, accuracy: number | null = 0.97): KeptRun => ({
  ...{ schema: 3, id: 'a1', order: 1, savedAt: 0, step: 1200, bytes: 1000, epochs: 12, network: 'TinyCNN', spec: null },
  ...{ size: { parameters: 18_982, macs: 300_000 }, seconds: 12.34, hash: '0123456789abcdef' },
  data: {
    source: { kind: 'published', id: 'mnist' },
    ...{ title: 'MNIST', classes: '0123456789'.split(''), trainCount: 60_000, testCount: 10_000 },
  },
  log: { begun: settings, rates: [], unlike: null },
  ...{ stop: { at: 'end' }, isTraining: false, test: null, aim: null, moments: [], checkpoints: [], drawing: [] },
  known: {
    ...{ loss: null, accuracy: null, curve: emptyCurve, story: emptyLogCurve, probes: [], extendedTo: null },
    evaluations: accuracy === null ? [] : [tested(accuracy)],
  },
  ...change,
});

const listed = (change: Partial<KeptRun> = {}, accuracy: number | null = 0.97): ListedRun => ({
  ...{ run: keptRun(change, accuracy), label: { name: null, isPinned: false }, bytes: 1000, place: 'closed' },
});

const zoo = [
  { id: 'tinycnn', title: 'TinyCNN', parameters: 18_982, macs: 290_000, published: '98.0 to 98.5 % after 10 epochs' },
];

const row = (change: Partial<Row>): Row => ({ ...rowOf(listed(), zoo), ...change });

describe('a line of the table', () => {
  test('is called as the visitor says, else by network and seed', () => {
    expect(rowOf(listed(), zoo).name).toBe('TinyCNN, seed 4');
    expect(rowOf({ ...listed(), label: { name: 'Best so far', isPinned: true } }, zoo)).toMatchObject({
      ...{ name: 'Best so far', isPinned: true, accuracy: 0.97, parameters: 18_982, seconds: 12.34 },
    });
  });

  test('of an older page’s record takes the size from the zoo, and knows no time', () => {
    expect(rowOf(listed({ size: null, seconds: null }), zoo)).toMatchObject({
      parameters: 18_982,
      macs: 290_000,
      seconds: null,
    });
    expect(rowOf(listed({ size: null }), [])).toMatchObject({ parameters: null, macs: null });
  });

  test('shows the learning rate that was set on the way', () => {
    const rates = [{ step: 20, learningRate: 0.003 }];
    const { settings: now } = rowOf(listed({ log: { begun: settings, rates, unlike: null } }), zoo);
    expect(setOtherwise(now)).toEqual(['learning rate 0.003']);
  });
});

test('a table is sorted both ways and then as it came; what is not known comes last', () => {
  const rows = [row({ id: 'a', accuracy: 0.9 }), row({ id: 'b', accuracy: null }), row({ id: 'c', accuracy: 0.99 })];
  const ids = (order: Order): string =>
    sorted(rows, order)
      .map(({ id }) => id)
      .join('');
  let order: Order = { by: null, isDescending: false };
  expect(ids(order)).toBe('abc');
  order = pressed(order, 'accuracy');
  expect(ids(order)).toBe('cab');
  order = pressed(order, 'accuracy');
  expect(ids(order)).toBe('acb');
  order = pressed(order, 'accuracy');
  expect(order.by).toBeNull();
  expect(pressed({ by: 'accuracy', isDescending: true }, 'seconds')).toEqual({ by: 'seconds', isDescending: false });
});

describe('the front', () => {
  const point = (cost: number, accuracy: number): Point => ({
    id: `${cost}/${accuracy}`,
    name: '',
    of: 'run',
    cost,
    accuracy,
  });

  test('holds those that no other beats, from the cheapest to the best', () => {
    const points = [
      point(100, 0.9),
      point(50, 0.92),
      point(10, 0.8),
      point(60, 0.92),
      point(200, 0.99),
      point(10, 0.7),
    ];
    expect(paretoFront(points).map(({ cost, accuracy }) => [cost, accuracy])).toEqual([
      [10, 0.8],
      [50, 0.92],
      [200, 0.99],
    ]);
  });

  test('beats or equals every other point, and no point of it beats another', () => {
    const points = fc.array(
      fc.record({ cost: fc.integer({ min: 1, max: 50 }), accuracy: fc.integer({ min: 0, max: 20 }) }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(points, (drawn) => {
        const all = drawn.map(({ cost, accuracy }) => point(cost, accuracy / 20));
        const front = paretoFront(all);
        for (const each of all) {
          expect(front.some(({ cost, accuracy }) => cost <= each.cost && accuracy >= each.accuracy)).toBe(true);
        }
        front.slice(1).forEach((each, i) => {
          expect(each.cost > front[i]!.cost && each.accuracy > front[i]!.accuracy).toBe(true);
        });
      }),
    );
  });

  test('knows what authors say, in words, of their networks', () => {
    expect(publishedAccuracy('98.0 to 98.5 % after 10 to 15 epochs')).toBe(0.985);
    expect(publishedAccuracy('97.97, 99.08, 99.30, 99.36 and 99.40 % after epochs 1, 5, 10, 15 and 20')).toBeCloseTo(
      0.994,
    );
    expect(publishedAccuracy('above 95 %')).toBe(0.95);
    expect(publishedAccuracy('')).toBeNull();
    expect(zooPoints(zoo, 'parameters')).toEqual([
      expect.objectContaining({ of: 'measured', cost: 18_982 }),
      { id: 'tinycnn/published', name: 'TinyCNN, published', of: 'published', cost: 18_982, accuracy: 0.985 },
    ]);
    expect(zooPoints(zoo, 'seconds').map(({ of }) => of)).toEqual(['measured']);
    expect(zooPoints([{ ...zoo[0]!, id: 'mine', published: '' }], 'macs')).toEqual([]);
    expect(zooPoints([{ ...zoo[0]!, id: 'mine', published: '9.9 %: diverges' }], 'macs')).toEqual([]);
  });

  test('is drawn on scales that hold every point', () => {
    expect(accuracyPlace(0.99) - accuracyPlace(0.9)).toBeCloseTo(accuracyPlace(0.999) - accuracyPlace(0.99));
    expect(accuracyPlace(1)).toBe(4);
    for (const accuracies of [[0.1, 0.5], [0.985, 0.9953], [1], [0], [0.97]]) {
      const { min, max, marks } = accuracyAxis(accuracies);
      for (const each of accuracies) {
        expect(accuracyPlace(each)).toBeGreaterThanOrEqual(min);
        expect(accuracyPlace(each)).toBeLessThanOrEqual(max + 1e-9);
      }
      expect(marks.length).toBeGreaterThanOrEqual(2);
    }
    for (const costs of [[18_982], [575, 593_200], [0.4, 900], [1e3, 1e9]]) {
      const { min, max, marks } = costAxis(costs);
      for (const each of costs) expect(Math.log10(each) >= min && Math.log10(each) <= max).toBe(true);
      expect(marks.length).toBeGreaterThanOrEqual(costs.length - 1);
    }
  });
});

describe('what the browser keeps', () => {
  test('is a run that was trained for 100 steps, or tested', () => {
    expect(isWorthKeeping(keptRun({ step: 99 }, null))).toBe(false);
    expect(isWorthKeeping(keptRun({ step: 100 }, null))).toBe(true);
    expect(isWorthKeeping(keptRun({ step: 20 }, 0.5))).toBe(true);
  });

  const loose = (count: number, bytes: number) =>
    Array.from({ length: count }, (_, i) => ({ id: String(i), bytes, isWorthKeeping: true }));

  test('is bounded in number and in bytes, the oldest going first', () => {
    expect(goneFirst(loose(maxRuns, 10), 'bounds')).toEqual([]);
    expect(goneFirst(loose(maxRuns + 2, 10), 'bounds')).toEqual([String(maxRuns), String(maxRuns + 1)]);
    expect(goneFirst(loose(3, 0.4 * maxBytes), 'bounds')).toEqual(['2']);
  });

  test('makes room by one run, first of those that were hardly trained', () => {
    expect(goneFirst([], 'one')).toEqual([]);
    expect(goneFirst(loose(3, 10), 'one')).toEqual(['2']);
    const [first, ...rest] = loose(3, 10);
    expect(goneFirst([{ ...first!, isWorthKeeping: false }, ...rest], 'one')).toEqual(['0']);
  });
});

describe('all runs as a file', () => {
  const rows = [row({ name: '=1+1, "quoted"' }), row({ id: 'b2', name: 'second', accuracy: null, seconds: null })];

  test('as a table is what a spreadsheet reads, and no formula', () => {
    const [head, first, second] = runsCsv(rows).split('\n');
    expect(head).toMatch(
      /^id,name,network,data,test_accuracy,test_loss,parameters,multiply_adds,seconds,step,recipe,seed/,
    );
    expect(first).toMatch(/^a1,"'=1\+1, ""quoted""",TinyCNN,MNIST,0\.97,0\.3,18982,300000,12\.3,1200,recommended,4,0,/);
    expect(second).toMatch(/^b2,second,TinyCNN,MNIST,,0\.3,18982,300000,,1200,/);
    for (const line of [first, second]) expect(line).toContain('0123456789abcdef');
  });

  test('as JSON has settings, tests and curves of each', () => {
    const { runs } = JSON.parse(runsJson(rows)) as { runs: Record<string, unknown>[] };
    expect(runs).toHaveLength(2);
    expect(runs[0]).toMatchObject({
      ...{ id: 'a1', network: 'TinyCNN', settings, weightsHash: '0123456789abcdef', step: 1200 },
      tests: [{ step: 100, accuracy: 0.97 }],
      curves: { training: [], test: [{ step: 100 }] },
    });
  });
});

test('settings that differ are named with both values', () => {
  expect(differing(settings, { ...settings, seed: 5, changes: { wrongLabels: 0.2 } })).toEqual([
    { name: 'seed', before: '4', now: '5' },
    { name: 'wrong labels', before: 'none', now: '20 %' },
  ]);
});

test('times and counts are said briefly', () => {
  expect([null, 0.44, 59.94, 59.96, 200, 7500].map(timeText)).toEqual([
    '–',
    '0.4 s',
    '60 s',
    '1 min 0 s',
    '3 min 20 s',
    '2 h 5 min',
  ]);
  expect([500, 20_000, 1.5e6, 2e9].map(briefCount)).toEqual(['500', '20 k', '1.5 M', '2 G']);
});
