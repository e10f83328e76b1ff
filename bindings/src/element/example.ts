// SPDX-License-Identifier: MIT
// A synthetic digit for the pad, until somebody draws.

import { PAD_SIZE } from './pad.js';
import type { StrokePoint, Strokes } from '../types.js';

/** Of its longer side, in 280ths of the pad. */
const SIZE = 190;

/** In this order, so that one digit after another is another one. */
const LABELS = [5, 2, 8, 7, 4, 3, 6, 9, 0, 1];

/** The options of `generateStrokes` for an example, counted from 0. */
export const example = (index: number) => ({ seed: 1, index, label: LABELS[index % LABELS.length]! });

function rangeOf(points: readonly StrokePoint[], axis: 0 | 1): [min: number, max: number] {
  const all = points.map((point) => point[axis]);
  return [Math.min(...all), Math.max(...all)];
}

/** Strokes in any unit, moved and scaled to the middle of the pad. */
export function fitted(strokes: Strokes): Strokes {
  const points = strokes.flat();
  const [[left, right], [top, bottom]] = [rangeOf(points, 0), rangeOf(points, 1)];
  const scale = SIZE / Math.max(right - left, bottom - top, 1e-9);
  const place = (at: number, from: number, to: number) => PAD_SIZE / 2 + (at - (from + to) / 2) * scale;
  return strokes.map((stroke) =>
    stroke.map(([x, y, pressure = 0.5]) => [place(x, left, right), place(y, top, bottom), pressure] as const),
  );
}
