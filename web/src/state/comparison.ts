// SPDX-License-Identifier: MIT
//
// What is kept of a run, and what is set otherwise since then, in words. Pure.

import { rateText } from '../shared/format';
import { lastTest } from './run-state';
import type { CurvePoint } from './curve';
import type { GhostRun } from './ghost';
import type { RunState } from './run-state';
import type { RunSettings } from '../shared/protocol';

/** The run from its very first step: single ones until the first mean of many. */
export function trainedPoints({ curve, story }: RunState): readonly CurvePoint[] {
  const first = curve.points[0]?.step ?? Infinity;
  return [...story.points.filter(({ step }) => step < first), ...curve.points];
}

/** On test images: the tests of all of them, and the quick looks at a sample in between. */
export function testedPoints({ evaluations, probes }: RunState): readonly CurvePoint[] {
  const at = new Map<number, CurvePoint>([...probes, ...evaluations].map((each) => [each.step, each]));
  return [...at.values()].sort((a, b) => a.step - b.step);
}

export const ghostOf = (run: RunState): GhostRun => ({
  settings: run.settings,
  step: run.step,
  trained: trainedPoints(run),
  tested: testedPoints(run),
  last: lastTest(run),
});

const names: Readonly<Record<string, string>> = {
  model: 'network',
  recipe: 'recipe',
  seed: 'seed',
  validation: 'validation set',
  optimizer: 'optimizer',
  learningRate: 'learning rate',
  batchSize: 'batch size',
  epochs: 'epochs',
  schedule: 'schedule',
  augmentation: 'augmentation',
  synthetic: 'synthetic digits',
  trainingImages: 'training images',
  wrongLabels: 'wrong labels',
};

const shares = new Set(['validation', 'synthetic', 'wrongLabels']);

function valueText(name: string, value: string | number | undefined): string {
  if (value === undefined)
    return name === 'trainingImages' ? 'all' : name === 'wrongLabels' ? 'none' : 'as in the recipe';
  if (typeof value === 'string') return value;
  if (shares.has(name)) return `${Math.round(1000 * value) / 10} %`;
  return name === 'learningRate' ? rateText(value) : String(value);
}

const flat = ({ changes, ...rest }: RunSettings): Readonly<Record<string, string | number | undefined>> => ({
  ...rest,
  ...changes,
});

/** What is set otherwise now: "learning rate 0.01 instead of 0.005". */
export function differences(before: RunSettings, now: RunSettings): string[] {
  const [a, b] = [flat(before), flat(now)];
  return Object.keys(names).flatMap((name) =>
    a[name] === b[name] ? [] : [`${names[name]} ${valueText(name, b[name])} instead of ${valueText(name, a[name])}`],
  );
}
