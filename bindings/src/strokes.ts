// SPDX-License-Identifier: MIT
// Strokes on their way into the core: flat arrays, so that a drawing crosses over in one step.

import type { StrokePoint, Strokes } from './types.js';

const kNumbersPerPoint = 3;
const kPressure = 0.5;

function describe(value: unknown): string {
  return Array.isArray(value) ? `an array of ${value.length}` : typeof value;
}

function requireArray(value: unknown, what: string): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`[strokes] expected ${what}, got ${describe(value)}`);
}

function requirePoint(value: unknown): asserts value is StrokePoint {
  requireArray(value, 'points [x, y] or [x, y, pressure]');
  const { length } = value;
  if (length < 2 || length > kNumbersPerPoint || !value.every((number) => typeof number === 'number')) {
    throw new Error(`[strokes] expected points of 2 or 3 numbers, got ${JSON.stringify(value)}`);
  }
}

/** Throws unless it is given an array of strokes, each an array of points, each two or three numbers. */
export function flatten(strokes: Strokes): { points: Float64Array; lengths: Uint32Array } {
  requireArray(strokes, 'an array of strokes');
  for (const stroke of strokes) requireArray(stroke, 'strokes that are arrays of points');
  const lengths = Uint32Array.from(strokes, (stroke) => stroke.length);
  const points = new Float64Array(kNumbersPerPoint * lengths.reduce((sum, length) => sum + length, 0));
  let next = 0;
  for (const stroke of strokes) {
    for (const point of stroke) {
      requirePoint(point);
      points.set([point[0], point[1], point[2] ?? kPressure], next);
      next += kNumbersPerPoint;
    }
  }
  return { points, lengths };
}
