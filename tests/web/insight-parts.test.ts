// SPDX-License-Identifier: MIT
//
// The pure parts of what shows the inside of the network: where weights stand on a sheet, histograms and their pictures, moments of a run.

import { loadEngine } from 'tinycnn';
import { histogramOf } from '../../web/src/math/histogram';
import { densityPicture, columnCount, rowCount, rowsOf } from '../../web/src/features/insight/density';
import { shapeOf, weightedLayers } from '../../web/src/state/layer-weights';
import { Follower } from '../../web/src/features/insight/follow';
import { occlusionInWords } from '../../web/src/features/insight/evidence-words';
import { run } from '../../web/src/state/store';
import { reachAfter } from '../../web/src/features/insight/reach';
import { weightBeside } from '../../web/src/features/insight/weight-keys';
import { picturesAcross, weightAt, weightSheet } from '../../web/src/state/weight-sheet';
import { maxMoments, noMoments, momentAt, shareOf, withMoment } from '../../web/src/features/insight/moments';
import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import type { LayerWeights } from '../../web/src/shared/protocol-insight';
import type { Moments } from '../../web/src/features/insight/moments';

const engine = await loadEngine({ threads: 1 });

test(
  'a panel whose question was not answered, as the run was rewound meanwhile, asks again',
  { timeout: 60_000 },
  async () => {
    Object.assign(globalThis, { window: globalThis });
    const answers: ((seen: null) => void)[] = [];
    const follower = new Follower(() => new Promise((resolve) => answers.push(resolve)));
    const whenAsked = async (times: number): Promise<void> => {
      while (answers.length < times) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    run.value = { ...run.value, step: 150 };
    follower.now();
    await whenAsked(1);
    run.value = { ...run.value, step: 0 };
    follower.later(false); // it is still asking
    answers[0]!(null);
    await whenAsked(2);
    follower.stop();
    expect(answers).toHaveLength(2);
  },
);

test('occlusion in words says what costs most, what changes most where nothing costs anything, or that nothing matters', () => {
  const words = (falls: Record<number, number>): string => {
    const values = Float32Array.from({ length: 784 }, (_, pixel) => falls[pixel] ?? 0);
    return occlusionInWords(
      {
        step: 1,
        milliseconds: 1,
        pixels: new Uint8Array(784),
        label: 3,
        values,
        probability: 0.5,
        patch: { size: 5, stride: 1 },
      },
      '3',
    );
  };
  const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');
  expect(spaced(words({ 30: 0.2, 31: 0.1, 60: -0.3 }))).toBe(
    'The largest drop: row 2, column 3 covered: 3 falls from 50.0 % to 30.0 %.',
  );
  expect(spaced(words({ 30: -0.2, 31: -0.1, 32: 0.0001 }))).toBe(
    'No patch lowers it. The largest change: row 2, column 3 covered: 3 rises from 50.0 % to 70.0 %.',
  );
  expect(spaced(words({ 30: 0.0001 }))).toBe(
    'No single patch matters: 3 stays at 50.0 % wherever the image is covered.',
  );
});

describe('a sheet of weights', () => {
  const shapes = [
    { tiles: 4, channels: 1, height: 3, width: 3 },
    { tiles: 16, channels: 6, height: 5, width: 5 },
    { tiles: 4, channels: 128, height: 3, width: 3 },
    { tiles: 32, channels: 1, height: 28, width: 28 },
    { tiles: 24, channels: 16, height: 1, width: 1 },
    { tiles: 10, channels: 1, height: 1, width: 84 },
  ];

  test('shows every weight once, as a rectangle, in any room', () => {
    for (const shape of shapes) {
      for (const room of [300, 560, 1100]) {
        const sheet = weightSheet(shape, room);
        const count = shape.tiles * shape.channels * shape.height * shape.width;
        expect(sheet.width, JSON.stringify(shape)).toBeLessThanOrEqual(room);
        const cells = new Map<number, number>();
        for (const weight of sheet.order) cells.set(weight, (cells.get(weight) ?? 0) + 1);
        cells.delete(-1);
        expect(cells.size).toBe(count);
        const { width, height } = sheet.boxOf(0);
        expect(new Set(cells.values())).toEqual(new Set([width * height]));
      }
    }
  });

  test('tells the weight at each point, and the arrow keys lead from any of them to its neighbours', () => {
    for (const shape of shapes) {
      const sheet = weightSheet(shape, 560);
      const last = shape.tiles * shape.channels * shape.height * shape.width - 1;
      const { left, top } = sheet.boxOf(last);
      expect(weightAt(sheet, left + 0.5, top + 0.5)).toBe(last);
      expect(weightAt(sheet, -1, 0)).toBeNull();
      expect(weightBeside(sheet, 0, 'End')).toBe(last);
      expect(weightBeside(sheet, last, 'Home')).toBe(0);
      expect(weightBeside(sheet, 0, 'ArrowLeft')).toBe(0);
      expect(weightBeside(sheet, 0, 'Enter')).toBeNull();
      const right = weightBeside(sheet, 0, 'ArrowRight')!;
      expect(sheet.boxOf(right).left).toBeGreaterThan(sheet.boxOf(0).left);
      expect(sheet.boxOf(right).top).toBe(sheet.boxOf(0).top);
      expect(weightBeside(sheet, right, 'ArrowLeft')).toBe(0);
    }
  });

  test('lays the pictures of a filter out in whole rows', () => {
    for (const [channels, across] of [
      [1, 1],
      [4, 2],
      [6, 3],
      [32, 8],
      [128, 16],
    ] as const) {
      expect(picturesAcross(channels)).toBe(across);
    }
  });

  test('holds all weights of every layer of the zoo', () => {
    for (const { id, spec } of engine.zoo) {
      const session = engine.createSession({ model: id, seed: 1 });
      const parameters = new Map(session.parameters().map((each) => [each.name, each]));
      const layers = weightedLayers(session.summary.layers, spec.input);
      expect(layers.length, id).toBeGreaterThan(1);
      for (const layer of layers) {
        const { shape, data } = parameters.get(`${layer.name}.weight`)!;
        const bias = parameters.get(`${layer.name}.bias`)?.data ?? null;
        const [total = 0, ...rest] = shape;
        const seen = { layer: layer.name, first: 0, total, shape: rest, weight: data, bias } as unknown as LayerWeights;
        const { tiles, channels, height, width } = shapeOf(layer, seen);
        const both = layer.type.startsWith('batchNorm') ? data.length + bias!.length : data.length;
        expect(tiles * channels * height * width, `${id}, ${layer.name}`).toBe(both);
      }
      session.dispose();
    }
  });
});

describe('a histogram', () => {
  test('holds every value, within the reach of nearly all of them', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => (i - 499.5) / 500);
    const { reach, counts, min, max, percentiles } = histogramOf([values, Float32Array.of(7)])!;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1001);
    expect(reach).toBeGreaterThan(0.99);
    expect(reach).toBeLessThan(1);
    expect([min, max]).toEqual([Math.fround(-0.999), 7]);
    expect(percentiles[0]).toBeCloseTo(-0.9, 1);
    expect(percentiles[1]).toBeCloseTo(0, 1);
    expect(percentiles[2]).toBeCloseTo(0.9, 1);
  });

  test('of zeros has no reach, and there is none of NaN alone', () => {
    expect(histogramOf([new Float32Array(5)])).toMatchObject({ reach: 0, min: 0, max: 0 });
    expect(histogramOf([Float32Array.of(Number.NaN, Infinity)])).toBeNull();
    expect(histogramOf([Float32Array.of(Number.NaN, 3)])).toMatchObject({ min: 3, max: 3 });
  });

  test('keeps its amount when it is laid out on a longer or a shorter axis', () => {
    const histogram = histogramOf([Float32Array.from({ length: 500 }, (_, i) => Math.sin(i) ** 3)])!;
    for (const reach of [0.2, 1, 40]) {
      const rows = rowsOf(histogram, reach);
      expect(rows.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(500, 6);
    }
    const zeros = rowsOf(histogramOf([new Float32Array(9)])!, 1);
    expect(zeros[rowCount / 2]! + zeros[rowCount / 2 - 1]!).toBe(9);
  });

  test('is drawn from its first moment on, positive values above negative ones', () => {
    const up = histogramOf([Float32Array.of(0.5, 0.6, 0.7)])!;
    const down = histogramOf([Float32Array.of(-0.5, -0.6, -0.7)])!;
    const moments = withMoment(withMoment<typeof up>(noMoments, 10, up), 30, down);
    const picture = densityPicture(moments, 1);
    const column = (x: number): number[] =>
      Array.from({ length: rowCount }, (_, row) => picture[row * columnCount + x]!);
    expect(Math.max(...column(0))).toBe(1);
    expect(
      column(0)
        .slice(rowCount / 2)
        .every((value) => value === 0),
    ).toBe(true);
    expect(Math.min(...column(columnCount - 1))).toBe(-1);
    expect(densityPicture(noMoments, 1).every((value) => value === 0)).toBe(true);
  });
});

describe('moments of a run', () => {
  const after = (steps: readonly number[]) =>
    steps.reduce<Moments<number>>((moments, step) => withMoment(moments, step, step), noMoments);

  test('are bounded, keep the first and the last, and stay near evenly apart', () => {
    let step = 0;
    const steps = Array.from({ length: 5000 }, (_, i) => (step += 1 + ((i * 7919) % 13)));
    for (const count of [1, 2, 63, 64, 65, 200, 5000]) {
      const { all } = after(steps.slice(0, count));
      expect(all.length).toBeLessThanOrEqual(maxMoments);
      expect(all.length).toBeGreaterThanOrEqual(Math.min(count, maxMoments / 2));
      expect([all[0]!.step, all.at(-1)!.step]).toEqual([steps[0], steps[count - 1]]);
      expect(all.every((moment) => moment.step === moment.value)).toBe(true);
    }
    const { all } = after(steps);
    const gaps = all.slice(1, -1).map((moment, i) => moment.step - all[i]!.step);
    expect(Math.max(...gaps)).toBeLessThan(3 * Math.min(...gaps));
  });

  test('begin anew when the run goes back, and replace one of the same step', () => {
    expect(after([10, 20, 5]).all).toEqual([{ step: 5, value: 5 }]);
    expect(withMoment(after([10, 20]), 20, 7).all.map(({ value }) => value)).toEqual([10, 7]);
  });

  test('are found by their share of the time', () => {
    const moments = after([100, 150, 200]);
    expect([0, 0.49, 0.51, 1].map((share) => momentAt(moments, share))).toEqual([0, 0, 1, 2]);
    expect([0, 1, 2].map((index) => shareOf(moments, index))).toEqual([0, 0.5, 1]);
  });
});

test('a reach is close above what it must hold, and stays while that fits', () => {
  expect(reachAfter(undefined, 0.13)).toBe(0.15);
  expect(reachAfter(undefined, 0)).toBe(1);
  expect(reachAfter(0.15, 0.14)).toBe(0.15);
  expect(reachAfter(0.15, 0.151)).toBe(0.2);
  expect(reachAfter(0.15, 0.05)).toBe(0.05);
  expect(reachAfter(2, Number.NaN)).toBe(2);
});
