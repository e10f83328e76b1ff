// SPDX-License-Identifier: MIT
//
// A training curve for a logarithmic axis of steps: a point for each of the first steps, then for ever more steps at once, so that the
// first seconds of a run and its hours take the same room. Pure.

import type { CurvePoint } from './curve';
import type { Measurement } from '../shared/protocol';

export interface LogCurve {
  readonly points: readonly CurvePoint[];
  /** The unfinished point: sums over its steps so far. */
  readonly open: { readonly steps: number; readonly loss: number; readonly accuracy: number };
}

/** Of all steps so far that one point stands for. */
const share = 0.06;
const none = { steps: 0, loss: 0, accuracy: 0 };

export const emptyLogCurve: LogCurve = { points: [], open: none };

function withMeasurement({ points, open }: LogCurve, { step, steps, loss, accuracy }: Measurement): LogCurve {
  const sums = {
    steps: open.steps + steps,
    loss: open.loss + steps * loss,
    accuracy: open.accuracy + steps * accuracy,
  };
  if (sums.steps < share * step) return { points, open: sums };
  const point = { step, loss: sums.loss / sums.steps, accuracy: sums.accuracy / sums.steps };
  return { points: [...points, point], open: none };
}

export const logExtended = (curve: LogCurve, measurements: readonly Measurement[]): LogCurve =>
  measurements.reduce(withMeasurement, curve);
