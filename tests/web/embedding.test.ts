// SPDX-License-Identifier: MIT
//
// The plane in which test images are drawn: its directions against those that the data were made with, and who is nearest to whom.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearest, placeIn, principalPlane } from '../../web/src/math/pca';
import { amongNeighbours, beside, nearestTo, windowOf } from '../../web/src/features/insight/plane';
import { nearestNeighbours } from '../../web/src/math/neighbours';
import { arrange } from '../../web/src/worker/umap/arrange';
import { embedding } from '../../web/src/worker/embedding';
import { randomOf } from '../support/random.mjs';
import type { Plane } from '../../web/src/math/pca';
import type { Run } from '../../web/src/worker/run';
import type { Work } from '../../web/src/math/work';

function result<T>(work: Work<T>): T {
  for (;;) {
    const next = work.next(false);
    if (next.done) return next.value;
  }
}

const planeOf = (rows: Float32Array[], before: Plane | null = null): Plane | null =>
  result(principalPlane(rows, before));

/** A cloud that is 5 long along (3, 4)/5 in the first two of eight dimensions, 2 along the third, and 0.1 in the others. */
function cloud(seed: number): Float32Array[] {
  const random = randomOf(seed);
  const spread = (): number => random() + random() + random() - 1.5;
  return Array.from({ length: 800 }, () => {
    const [long, wide] = [5 * spread(), 2 * spread()];
    const rest = Array.from({ length: 5 }, () => 0.1 * spread());
    return Float32Array.from([0.6 * long + 7, 0.8 * long - 2, wide, ...rest]);
  });
}

describe('the plane', () => {
  test('lies along the two directions in which the rows differ most', () => {
    const plane = planeOf(cloud(1))!;
    const [first, second] = plane.axes;
    assert.ok(Math.abs(first[0]! * 0.6 + first[1]! * 0.8) > 0.999);
    assert.ok(Math.abs(second[2]!) > 0.999);
    const [one, two] = plane.explained;
    assert.ok(one > 0.8 && two > 0.1 && one + two > 0.99 && one + two <= 1.0001, `${one} ${two}`);
    assert.ok(Math.abs(plane.mean[0]! - 7) < 0.3);
  });

  test('has axes of length 1 at right angles, and the mean is its origin', () => {
    const { axes, mean } = planeOf(cloud(2))!;
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    assert.ok(Math.abs(dot(axes[0], axes[0]) - 1) < 1e-9);
    assert.ok(Math.abs(dot(axes[1], axes[1]) - 1) < 1e-9);
    assert.ok(Math.abs(dot(axes[0], axes[1])) < 1e-6);
    assert.deepEqual(placeIn(planeOf(cloud(2))!, mean), [0, 0]);
  });

  test('keeps its directions from one time to the next, so that the picture does not flip over', () => {
    const first = planeOf(cloud(3))!;
    const turned: Plane = { ...first, axes: [first.axes[0].map((value) => -value), first.axes[1]] };
    const next = planeOf(cloud(3), turned)!;
    for (const i of [0, 1]) assert.ok(Math.abs(next.axes[0][i]! - turned.axes[0][i]!) < 1e-3);
  });

  test('does not exist where the rows do not differ, are not all numbers, or are none', () => {
    assert.equal(planeOf([new Float32Array(4), new Float32Array(4)]), null);
    assert.equal(planeOf([Float32Array.of(1, NaN), Float32Array.of(2, 3)]), null);
    assert.equal(planeOf([]), null);
  });

  test('of rows with one number has a second axis of nothing', () => {
    const plane = planeOf([Float32Array.of(1), Float32Array.of(3)])!;
    assert.ok(plane.explained[0] > 0.999);
    assert.equal(placeIn(plane, Float32Array.of(3))[1], 0);
  });
});

test('where there is no plane the worker says why', async () => {
  const reasonFor = async (...values: [number, number]): Promise<unknown> => {
    const session = {
      summary: { layers: [{ type: 'linear', from: ['relu'] }] },
      activations: (_: string, image: Uint8Array) => ({ data: Float32Array.of(values[image[0]!]!, 1) }),
    };
    const images = new Uint8Array(2 * 784);
    images[784] = 1; // tells the two apart
    const run = {
      data: { test: { images, labels: Uint8Array.of(0, 1) } },
      ...{ shown: { session, step: 7 }, past: null, currentInput: null },
    } as unknown as Run;
    const found = await embedding(() => run, { withImages: false, withRows: true });
    assert.equal(found?.step, 7);
    return 'because' in found ? found.because : 'there is one';
  };
  assert.equal(await reasonFor(2, 2), 'all the same');
  assert.equal(await reasonFor(2, NaN), 'not finite');
  assert.equal(await reasonFor(Infinity, 2), 'not finite');
  assert.equal(await reasonFor(2, 3), 'there is one');
});

test('of a network that is rewound while it is looked at there is no answer', async () => {
  const shown = { step: 7, session: {} };
  shown.session = {
    summary: { layers: [{ type: 'linear', from: ['relu'] }] },
    activations: () => {
      shown.step = 0;
      const until = performance.now() + 20; // longer than a slice
      while (performance.now() < until);
      return { data: Float32Array.of(Math.random(), 1) };
    },
  };
  const test = { images: new Uint8Array(2 * 784), labels: Uint8Array.of(0, 1) };
  const run = { data: { test }, shown, past: null, currentInput: null } as unknown as Run;
  assert.equal(await embedding(() => run, { withImages: false, withRows: false }), null);
});

test('the nearest rows come in the order of their distance, and the first of equals first', () => {
  const rows = [[9], [2], [4], [2]].map((values) => Float32Array.from(values));
  assert.deepEqual(nearest(rows, Float32Array.of(1), 3), [1, 3, 2]);
  assert.deepEqual(nearest(rows, Float32Array.of(1), 9).length, 4);
});

describe('the drawing', () => {
  const seen = {
    points: Float32Array.of(0, 0, 4, 0, 0, 2, 1, 3),
    input: { place: [-2, 1] as [number, number], neighbours: [] },
  };

  test('has room for all images and the input, as wide as high', () => {
    const { left, top, size } = windowOf(seen);
    assert.ok(left < -2 && left + size > 4 && top < 0 && top + size > 3);
    assert.ok(windowOf({ points: Float32Array.of(1, 1), input: null }).size > 0);
  });

  test('is pointed at within reach alone', () => {
    assert.equal(nearestTo(seen, 3.6, 0.1, 1), 1);
    assert.equal(nearestTo(seen, 2, 0, 1), null);
  });

  test('is walked through by the arrow keys, each to what lies that way', () => {
    assert.equal(beside(seen, 0, [1, 0]), 1);
    assert.equal(beside(seen, 0, [0, 1]), 2);
    assert.equal(beside(seen, 2, [1, 0]), 3);
    assert.equal(beside(seen, 1, [1, 0]), 1);
  });
});

/** `count` points around each of the corners of a simplex in eight dimensions, by turns. */
function groups(corners: number, count: number, seed: number): { rows: Float32Array; units: number } {
  const random = randomOf(seed);
  const units = 8;
  const rows = Float32Array.from(
    { length: corners * count * units },
    (_, i) => (Math.floor(i / units) % corners === i % units ? 3 : 0) + random(),
  );
  return { rows, units };
}

describe('nearest neighbours', () => {
  test('are those that a sort of all distances finds, each row first among its own', () => {
    const { rows, units } = groups(3, 30, 5);
    const vectors = Array.from({ length: rows.length / units }, (_, i) => rows.subarray(i * units, (i + 1) * units));
    const { indices, distances } = nearestNeighbours(rows, units, 7);
    for (const [i, vector] of vectors.entries()) {
      assert.deepEqual(indices[i], nearest(vectors, vector, 7));
      assert.equal(indices[i][0], i);
      assert.equal(distances[i]![0], 0);
      for (const [k, other] of indices[i].entries()) {
        const expected = Math.hypot(...vector.map((value, axis) => value - vectors[other]![axis]!));
        assert.ok(Math.abs(distances[i]![k]! - expected) < 1e-5);
      }
    }
  });

  test('of rows that are all the same: itself, then the first', () => {
    const { indices, distances } = nearestNeighbours(new Float32Array(5 * 2).fill(1), 2, 3);
    assert.deepEqual(indices, [
      [0, 1, 2],
      [1, 0, 2],
      [2, 0, 1],
      [3, 0, 1],
      [4, 0, 1],
    ]);
    for (const row of distances) assert.deepEqual(row, [0, 0, 0]);
  });
});

describe('UMAP', () => {
  const corners = 4;
  const { rows, units } = groups(corners, 40, 6);
  const count = rows.length / units;
  const start = Float32Array.from({ length: 2 * count }, randomOf(7));

  test('brings groups together that lie anywhere at first, the same way each time, and tells how far it is', () => {
    const epochs: number[] = [];
    const { points, epoch } = arrange({ rows, units, start }, (soFar) => epochs.push(soFar.epoch));
    assert.equal(points.length, 2 * count);
    assert.equal(epochs.at(-1), epoch);
    assert.deepEqual(
      epochs,
      [...new Set(epochs)].sort((a, b) => a - b),
    );
    const plane = Array.from({ length: count }, (_, i) => points.subarray(2 * i, 2 * i + 2));
    for (const [i, point] of plane.entries()) {
      for (const other of nearest(plane, point, 10)) assert.equal(other % corners, i % corners);
    }
    assert.deepEqual(arrange({ rows, units, start }, () => undefined).points, points);
  });

  test('takes a few images, and images that are all alike; of fewer than three it says so', () => {
    const few = arrange({ rows: rows.slice(0, 3 * units), units, start: start.slice(0, 6) }, () => undefined);
    assert.equal(few.points.length, 6);
    const alike = { rows: new Float32Array(20 * units), units, start: new Float32Array(40) };
    assert.ok(arrange(alike, () => undefined).points.every(Number.isFinite));
    assert.throws(
      () => arrange({ rows: rows.slice(0, 2 * units), units, start: start.slice(0, 4) }, () => undefined),
      /Expected at least 3 images, got 2/,
    );
  });

  test('the current input lies amid its neighbours', () => {
    const points = Float32Array.of(0, 0, 4, 0, 0, 8);
    assert.deepEqual(amongNeighbours(points, { place: [9, 9], neighbours: [1, 2] }), {
      place: [2, 4],
      neighbours: [1, 2],
    });
    assert.equal(amongNeighbours(points, { place: [9, 9], neighbours: [] }), null);
    assert.equal(amongNeighbours(points, null), null);
  });
});
