// SPDX-License-Identifier: MIT
//
// What is kept of a run, and what is set otherwise since then, in words. Pure.

import { rateText } from '../shared/format-small';
import { lastTest } from './run-state';
import type { CurvePoint } from './curve';
import type { GhostRun } from './ghost';
import type { RunState } from './run-state';
import type { RunSettings } from '../shared/protocol';

/** The run from its very first step: single ones until the first mean of many. */
export function trainedPoints({ curve, story }: Pick<RunState, 'curve' | 'story'>): readonly CurvePoint[] {
  const first = curve.points[0]?.step ?? Infinity;
  return [...story.points.filter(({ step }) => step < first), ...curve.points];
}

/** On test images: the tests of all of them, and the quick looks at a sample in between. */
export function testedPoints({ evaluations, probes }: Pick<RunState, 'evaluations' | 'probes'>): readonly CurvePoint[] {
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
  cutout: 'cutout',
  mixup: 'mixup',
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

export interface Difference {
  /** Of the setting, in words. */
  name: string;
  before: string;
  now: string;
}

/** The settings that are not the same, as people read them. */
export function differing(before: RunSettings, now: RunSettings): Difference[] {
  const [a, b] = [flat(before), flat(now)];
  return Object.entries(names).flatMap(([key, name]) =>
    a[key] === b[key] ? [] : [{ name, before: valueText(key, a[key]), now: valueText(key, b[key]) }],
  );
}

/** What is set otherwise now: "learning rate 0.01 instead of 0.005". */
export const differences = (before: RunSettings, now: RunSettings): string[] =>
  differing(before, now).map((each) => `${each.name} ${each.now} instead of ${each.before}`);

/** What is set otherwise than it is at first, but for the network and the seed: "learning rate 0.01". */
export const setOtherwise = (settings: RunSettings): string[] =>
  differing({ ...settings, recipe: 'recommended', validation: 0, changes: {} }, settings).map(
    ({ name, now }) => `${name} ${now}`,
  );
