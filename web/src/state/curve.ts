// SPDX-License-Identifier: MIT
//
// A training curve of bounded size: measurements fall into buckets of equal numbers of steps; when there are too many buckets, pairs are
// merged. The same measurements in the same order always give the same curve.

import type { Measurement } from '../shared/protocol';

export interface CurvePoint {
  step: number;
  loss: number;
  accuracy: number;
}

export interface Curve {
  /** Steps that one point stands for. */
  readonly bucket: number;
  readonly points: readonly CurvePoint[];
  /** The unfinished bucket: sums over its steps so far. */
  readonly open: { readonly steps: number; readonly loss: number; readonly accuracy: number };
}

const firstBucket = 20;
const maxPoints = 1200;
const emptyBucket = { steps: 0, loss: 0, accuracy: 0 };

export const emptyCurve: Curve = { bucket: firstBucket, points: [], open: emptyBucket };

function halved({ bucket, points, open }: Curve): Curve {
  const merged: CurvePoint[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const a = points[i]!;
    const b = points[i + 1]!;
    merged.push({ step: b.step, loss: (a.loss + b.loss) / 2, accuracy: (a.accuracy + b.accuracy) / 2 });
  }
  return { bucket: 2 * bucket, points: merged, open };
}

function withMeasurement(curve: Curve, { step, steps, loss, accuracy }: Measurement): Curve {
  const sums = {
    steps: curve.open.steps + steps,
    loss: curve.open.loss + steps * loss,
    accuracy: curve.open.accuracy + steps * accuracy,
  };
  if (sums.steps < curve.bucket) return { ...curve, open: sums };
  const point = { step, loss: sums.loss / sums.steps, accuracy: sums.accuracy / sums.steps };
  const grown = { ...curve, points: [...curve.points, point], open: emptyBucket };
  return grown.points.length > maxPoints ? halved(grown) : grown;
}

export const extended = (curve: Curve, measurements: readonly Measurement[]): Curve =>
  measurements.reduce(withMeasurement, curve);

/** The curve as it was at `step`, for a run that goes on from an earlier snapshot. */
export const cutAt = <C extends Pick<Curve, 'points' | 'open'>>(curve: C, step: number): C => ({
  ...curve,
  points: curve.points.filter((point) => point.step <= step),
  open: emptyBucket,
});
