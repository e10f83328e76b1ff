// SPDX-License-Identifier: MIT
//
// Principal component analysis: the two directions in which many vectors differ most (Pearson, 1901), by power iteration on the data
// themselves, which needs no covariance matrix. Pure.

import type { Work } from './work';

export interface Plane {
  mean: Float64Array;
  /** Two unit vectors at right angles. */
  axes: readonly [Float64Array, Float64Array];
  /** The share (0..1) of the variance along each. */
  explained: readonly [number, number];
}

const iterations = 30;
/** Where the next turn of the iteration no longer turns the direction, by 1 minus the cosine. */
const settled = 1e-7;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += a[i]! * b[i]!;
  return sum;
};

function normalize(vector: Float64Array): number {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) for (let i = 0; i < vector.length; ++i) vector[i]! /= length;
  return length;
}

/** A direction that follows from its size alone and is no axis of the data by chance. */
const someDirection = (size: number, salt: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => Math.sin(1 + i * (salt + 1.37)) + 0.01);

/**
 * Of rows of equal length. `before`: the plane of a little while ago, from which it starts and whose directions it keeps, so that a picture
 * of it moves instead of flipping over. Null where the rows do not differ, or are not all numbers.
 */
export function* principalPlane(rows: readonly Float32Array[], before: Plane | null = null): Work<Plane | null> {
  const size = rows[0]?.length ?? 0;
  if (size === 0) return null;
  const mean = new Float64Array(size);
  for (const row of rows) for (let i = 0; i < size; ++i) mean[i]! += row[i]! / rows.length;
  yield;
  const centered = rows.map((row) => Float64Array.from(row, (value, i) => value - mean[i]!));
  const total = centered.reduce((sum, row) => sum + dot(row, row), 0) / rows.length;
  if (!(total > 0) || !Number.isFinite(total)) return null;
  const axes: Float64Array[] = [];
  const explained: number[] = [];
  for (const place of [0, 1] as const) {
    const old = before?.axes[place];
    let axis = old?.length === size ? old.slice() : someDirection(size, place);
    normalize(axis);
    let variance = 0;
    for (let turn = 0; turn < iterations; ++turn) {
      const next = new Float64Array(size);
      for (const row of centered) {
        const along = dot(row, axis);
        for (let i = 0; i < size; ++i) next[i]! += along * row[i]!;
      }
      for (const other of axes) {
        const shared = dot(next, other);
        for (let i = 0; i < size; ++i) next[i]! -= shared * other[i]!;
      }
      variance = normalize(next) / rows.length;
      const turned = 1 - Math.abs(dot(next, axis));
      axis = next;
      yield;
      if (turned < settled) break;
    }
    if (old?.length === size && dot(axis, old) < 0) for (let i = 0; i < size; ++i) axis[i]! *= -1;
    axes.push(axis);
    explained.push(Math.min(1, variance / total));
  }
  return { mean, axes: [axes[0]!, axes[1]!], explained: [explained[0]!, explained[1]!] };
}

/** Where a vector lies in the plane. */
export function placeIn({ mean, axes }: Plane, values: ArrayLike<number>): [x: number, y: number] {
  const centered = Float64Array.from(values, (value, i) => value - mean[i]!);
  return [dot(centered, axes[0]), dot(centered, axes[1])];
}

/** The rows that are nearest to some values, the nearest first. */
export function nearest(rows: readonly Float32Array[], values: Float32Array, count: number): number[] {
  const distances = rows.map((row, index) => {
    let sum = 0;
    for (let i = 0; i < row.length; ++i) sum += (row[i]! - values[i]!) ** 2;
    return { index, sum };
  });
  return distances
    .sort((a, b) => a.sum - b.sum || a.index - b.index)
    .slice(0, count)
    .map(({ index }) => index);
}
