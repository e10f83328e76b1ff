// SPDX-License-Identifier: MIT
//
// Drawings from elsewhere on the pad. Pure.

import { padSize } from '../shared/strokes';
import { changed } from './pad-state';
import type { Point } from '../shared/strokes';
import type { PadState } from './pad-state';
import type { StrokePoint } from 'tinycnn';

/** A kept drawing, fitted into the pad, in the place of what is there. */
export function replaced(pad: PadState, drawing: readonly (readonly StrokePoint[])[]): PadState {
  const points = drawing.flat();
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const extent = Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 1e-9);
  const scale = (padSize * 0.7) / extent;
  const middle = { x: left + (Math.max(...xs) - left) / 2, y: top + (Math.max(...ys) - top) / 2 };
  const fit = ([x, y, pressure = 0.5]: StrokePoint): Point => [
    padSize / 2 + (x - middle.x) * scale,
    padSize / 2 + (y - middle.y) * scale,
    pressure,
  ];
  return points.length === 0
    ? pad
    : changed(
        pad,
        drawing.map((stroke) => stroke.map(fit)),
      );
}
