// SPDX-License-Identifier: MIT
// Strokes as flat arrays, so that a whole drawing is passed to the core in one call.

import { readOptions, refuse, show } from './read.js';
import type { GeneratedDigit, Pen, RenderedStrokes, StrokePoint, Strokes } from './types.js';

const NUMBERS_PER_POINT = 3;
const PRESSURE = 0.5;
const PEN: Required<Pen> = { thickness: 2.5, softness: 1.1 };
const BOX = 20;
/** Points of all strokes of a drawing. */
const MAX_POINTS = 100_000;

type Points = [x: number, y: number, pressure: number][][];

/** Strokes one after another: stroke s has the points from ends[s - 1] (or 0) up to ends[s]; three numbers each. */
interface Path {
  points: Float64Array;
  ends: Uint32Array;
}

function requireArray(value: unknown, what: string): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) refuse('invalid-data', 'strokes', what, show(value));
}

function readPoint(value: unknown): StrokePoint {
  requireArray(value, 'points [x, y] or [x, y, pressure]');
  const numbers = Array.from({ length: Math.min(value.length, NUMBERS_PER_POINT + 1) }, (_, i) => value[i]);
  if (numbers.length < 2 || numbers.length > NUMBERS_PER_POINT || !numbers.every((each) => typeof each === 'number')) {
    const shown = numbers.map((each) => (typeof each === 'number' ? each : show(each)));
    refuse('invalid-data', 'strokes', 'points of 2 or 3 numbers', `[${shown.join(', ')}]`);
  }
  return numbers as unknown as StrokePoint;
}

/** Throws 'invalid-data' unless `strokes` is an array of strokes, each an array of points of two or three numbers. */
export function flatten(strokes: Strokes): Path {
  requireArray(strokes, 'an array of strokes');
  const ends: number[] = [];
  const points: number[] = [];
  for (const stroke of strokes as readonly unknown[]) {
    requireArray(stroke, 'strokes that are arrays of points');
    const end = (ends.at(-1) ?? 0) + stroke.length;
    if (end > MAX_POINTS) refuse('invalid-data', 'strokes', `at most ${MAX_POINTS} points`, String(end));
    for (const point of stroke) {
      const [x, y, pressure = PRESSURE] = readPoint(point);
      points.push(x, y, pressure);
    }
    ends.push(end);
  }
  return { points: Float64Array.from(points), ends: Uint32Array.from(ends) };
}

function nest({ points, ends }: { points: ArrayLike<number>; ends: ArrayLike<number> }): Points {
  let next = 0;
  return Array.from(ends, (end) => {
    const stroke: Points[number] = [];
    for (; next < end; ++next) {
      const at = next * NUMBERS_PER_POINT;
      stroke.push([points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0]);
    }
    return stroke;
  });
}

export function completePen(pen: Pen = {}): Required<Pen> {
  return { ...PEN, ...readOptions(pen, 'pen', 'thickness softness') };
}

/** A rendered drawing as the bindings return it. */
export interface Rendering {
  pixels: Uint8Array;
  empty: boolean;
  boxed: Uint8Array;
  numbers: Float64Array;
}

/** With the intermediate results. `path` is the drawing that was rendered. */
export function toRenderedStrokes({ pixels, empty, boxed, numbers }: Rendering, path: Path): RenderedStrokes {
  const [left, top, right, bottom, scale, x, y, boxedLeft, boxedTop] = numbers as unknown as [number, number, number, number, number, number, number, number, number]; // prettier-ignore
  const middle = { x: left + (right - left) / 2, y: top + (bottom - top) / 2 };
  const points = path.points.map((at, i) => {
    if (i % NUMBERS_PER_POINT === 2) return at;
    return BOX / 2 + (at - (i % NUMBERS_PER_POINT === 0 ? middle.x : middle.y)) * scale;
  });
  const fitted = nest({ points, ends: path.ends });
  const steps = { box: { left, top, right, bottom }, scale, fitted, boxed, center: { x, y }, left: boxedLeft, top: boxedTop }; // prettier-ignore
  return { pixels, empty, steps };
}

/** A synthetic digit as the bindings return it. */
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
