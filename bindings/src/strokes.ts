// SPDX-License-Identifier: MIT
// Strokes on their way into the core: flat arrays, so that a drawing crosses over in one step.

import type { GeneratedDigit, Pen, RenderedStrokes, StrokePoint, Strokes } from './types.js';

const kNumbersPerPoint = 3;
const kPressure = 0.5;
const kPen: Required<Pen> = { thickness: 2.5, softness: 1.1 };
const kBox = 20;

type Points = [x: number, y: number, pressure: number][][];

/** Strokes one after another: stroke s has the points from ends[s - 1] (or 0) up to ends[s]; three numbers each. */
interface Path {
  points: Float64Array;
  ends: Uint32Array;
}

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
export function flatten(strokes: Strokes): Path {
  requireArray(strokes, 'an array of strokes');
  for (const stroke of strokes) requireArray(stroke, 'strokes that are arrays of points');
  let end = 0;
  const ends = Uint32Array.from(strokes, (stroke) => (end += stroke.length));
  const points = new Float64Array(kNumbersPerPoint * end);
  let next = 0;
  for (const stroke of strokes) {
    for (const point of stroke) {
      requirePoint(point);
      points.set([point[0], point[1], point[2] ?? kPressure], next);
      next += kNumbersPerPoint;
    }
  }
  return { points, ends };
}

function nest({ points, ends }: { points: ArrayLike<number>; ends: ArrayLike<number> }): Points {
  let next = 0;
  return Array.from(ends, (end) => {
    const stroke: Points[number] = [];
    for (; next < end; ++next) {
      const at = next * kNumbersPerPoint;
      stroke.push([points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0]);
    }
    return stroke;
  });
}

export function completePen(pen: Pen = {}): Required<Pen> {
  return { thickness: pen.thickness ?? kPen.thickness, softness: pen.softness ?? kPen.softness };
}

/** What the bindings give of a drawing. */
export interface Rendering {
  pixels: Uint8Array;
  empty: boolean;
  boxed: Uint8Array;
  numbers: Float64Array;
}

/** With every step on the way. `path` is the drawing that was rendered. */
export function toRenderedStrokes({ pixels, empty, boxed, numbers }: Rendering, path: Path): RenderedStrokes {
  const [left, top, right, bottom, scale, x, y, boxedLeft, boxedTop] = numbers as unknown as [number, number, number, number, number, number, number, number, number]; // prettier-ignore
  const middle = { x: left + (right - left) / 2, y: top + (bottom - top) / 2 };
  const points = path.points.map((at, i) => {
    if (i % kNumbersPerPoint === 2) return at;
    return kBox / 2 + (at - (i % kNumbersPerPoint === 0 ? middle.x : middle.y)) * scale;
  });
  const fitted = nest({ points, ends: path.ends });
  const steps = { box: { left, top, right, bottom }, scale, fitted, boxed, center: { x, y }, left: boxedLeft, top: boxedTop }; // prettier-ignore
  return { pixels, empty, steps };
}

/** What the bindings give of a generated digit. */
export interface Generated extends Required<Pen> {
  label: number;
  style: number;
  points: Float64Array;
  ends: Uint32Array;
}

export function toGeneratedDigit(digit: Generated): GeneratedDigit {
  const { label, style, thickness, softness } = digit;
  return { label, style, strokes: nest(digit), pen: { thickness, softness } };
}
