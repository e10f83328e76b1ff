// SPDX-License-Identifier: MIT
//
// A run's curves as a table: a line for each step of which anything is known. Pure.

import { testedPoints, trainedPoints } from '../../state/comparison';
import type { RunState } from '../../state/run-state';

const columns = [
  ...['step', 'images', 'epoch', 'train_loss', 'train_accuracy', 'test_loss', 'test_accuracy'],
  ...['validation_loss', 'validation_accuracy'],
] as const;

type Line = Partial<Record<(typeof columns)[number], number>>;

/** Six significant digits: more than a measurement has. */
const text = (value: number | undefined): string => (value === undefined ? '' : String(Number(value.toPrecision(6))));

/** Null before the first step. Training figures are means over the steps since the line before; loss in nats, accuracy 0..1. */
export function curvesCsv(run: RunState): string | null {
  const { batchSize = 0, stepsPerEpoch = 0 } = run.facts ?? {};
  const lines = new Map<number, Line>();
  const note = (step: number, line: Line): void => {
    lines.set(step, { ...lines.get(step), ...line });
  };
  for (const { step, loss, accuracy } of trainedPoints(run)) note(step, { train_loss: loss, train_accuracy: accuracy });
  for (const { step, loss, accuracy } of testedPoints(run)) note(step, { test_loss: loss, test_accuracy: accuracy });
  for (const { step, validation } of run.evaluations) {
    if (validation !== null) note(step, { validation_loss: validation.loss, validation_accuracy: validation.accuracy });
  }
  if (lines.size === 0) return null;
  const sorted = [...lines].sort(([a], [b]) => a - b);
  const rows = sorted.map(([step, line]) => {
    const epoch = stepsPerEpoch === 0 ? undefined : step / stepsPerEpoch;
    const all: Line = { step, images: step * batchSize, ...(epoch === undefined ? {} : { epoch }), ...line };
    return columns.map((name) => (name === 'step' || name === 'images' ? String(all[name]) : text(all[name]))).join();
  });
  return `${[columns.join(), ...rows].join('\n')}\n`;
}
