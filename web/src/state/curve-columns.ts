// SPDX-License-Identifier: MIT
//
// Several curves as columns over one axis of steps. Pure.

import { smoothed } from './smoothing';
import type { CurvePoint } from './curve';

export type Measured = 'loss' | 'accuracy';

type ByStep = ReadonlyMap<number, number | undefined>;

/** Each has a gap where only the others were measured. */
export function columnsOf(...lines: ByStep[]): [steps: number[], ...lines: (number | null)[][]] {
  const steps = [...new Set(lines.flatMap((line) => [...line.keys()]))].sort((a, b) => a - b);
  return [steps, ...lines.map((line) => steps.map((step) => line.get(step) ?? null))];
}

export const byStep = (points: readonly CurvePoint[], of: Measured): ByStep =>
  new Map(points.map((point) => [point.step, point[of]]));

/** Smoothed, in its own steps. `keep`: see smoothing.ts. */
export function smoothedByStep(points: readonly CurvePoint[], of: Measured, keep: number): ByStep {
  const values = smoothed(
    points.map((point) => point[of]),
    keep,
  );
  return new Map(points.map(({ step }, i) => [step, values[i] ?? undefined]));
}

/** Of a loss on a linear axis: from its highest value down to zero. */
export const lossRangeOf = (losses: readonly number[], least: number): [number, number] => [
  0,
  1.05 * losses.reduce((max, loss) => Math.max(max, loss), least),
];

/** Of a loss on a logarithmic axis: whole decades. */
export function decadesOf(losses: readonly number[]): [number, number] {
  const positive = losses.filter((loss) => loss > 0);
  if (positive.length === 0) return [0.1, 10];
  return [
    10 ** Math.floor(Math.log10(Math.min(...positive))),
    10 ** Math.ceil(Math.log10(Math.max(...positive) * 1.01)),
  ];
}
