// SPDX-License-Identifier: MIT
//
// What stands in a file of a run, checked: a file may have been made by anybody. What cannot be is refused with the name of the place. Pure.

import { fromHash, toHash } from '../../state/page-link';
import { fromViewHash } from '../../state/view-link';
import { stopNumber } from '../../shared/stop';
import type { ZooEntry } from 'tinycnn';
import type { StopRule } from '../../shared/stop';
import type { RunSettings } from '../../shared/protocol';
import type { KeptRun } from './schema';

/** Whether a value is what it should be. */
type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const orAbsent =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectOf =
  (fields: Record<string, Check>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

/** In the order of their steps. */
const inOrder =
  (check: Check): Check =>
  (value) =>
    listOf(check)(value) &&
    (value as { step: number }[]).every(({ step }, i, all) => i === 0 || step > all[i - 1]!.step);

const point = { step: isNumber, loss: isNumber, accuracy: isNumber };
const sums = objectOf({ steps: isNumber, loss: isNumber, accuracy: isNumber });
const measured = { loss: isNumber, accuracy: isNumber };

const isEvaluation = objectOf({
  ...{ ...point, epoch: isNumber, count: isCount, confusion: listOf(listOf(isCount)) },
  training: objectOf(measured),
  validation: orNull(objectOf(measured)),
  dead: listOf(objectOf({ layer: isText, dead: isCount, total: isCount, isOfChannels: isFlag })),
});

/** Links know which settings there are. */
const isSettings: Check = (value) => {
  if (!objectOf({ model: isText, changes: isObject })(value)) return false;
  const settings = value as RunSettings;
  const read = fromHash(toHash({ data: null, settings })).settings;
  return toHash({ data: null, settings: read }) === toHash({ data: null, settings });
};

const isStopRule: Check = (value) => {
  if (!isObject(value)) return false;
  if (value.at === 'end') return true;
  const rule = value as StopRule;
  const read = fromViewHash(`stop=${rule.at}-${stopNumber(rule)}`).stop;
  return read.at === rule.at && stopNumber(read) === stopNumber(rule);
};

const isSource: Check = (value) =>
  isObject(value) &&
  (value.kind === 'generated' ||
    (value.kind === 'published' && isText(value.id)) ||
    (value.kind === 'files' && isText(value.hash) && isText(value.orientation)));

const isRecipe = objectOf({
  ...{ title: isText, epochs: isCount, batchSize: isCount, emaDecay: isNumber },
  ...{ optimizer: isObject, schedule: isObject, loss: isObject, normalize: isObject },
});

const isEntry = objectOf({
  ...{ id: isText, title: isText, spec: isObject, parameters: isCount, macs: isCount },
  ...{ recipe: isRecipe, bestRecipe: isRecipe },
});

const isTensor = objectOf({ name: isText, shape: listOf(isCount) });

const fields: Record<string, Check> = {
  schema: isCount,
  step: isCount,
  epochs: isCount,
  data: objectOf({ source: isSource, title: isText, classes: listOf(isText), trainCount: isCount, testCount: isCount }),
  log: objectOf({
    begun: isSettings,
    rates: inOrder(objectOf({ step: isCount, learningRate: isNumber })),
    unlike: orNull(isText),
  }),
  stop: isStopRule,
  known: objectOf({
    ...{ loss: orNull(isNumber), accuracy: orNull(isNumber), extendedTo: orNull(isCount) },
    curve: objectOf({ bucket: isNumber, points: inOrder(objectOf(point)), open: sums }),
    story: objectOf({ points: inOrder(objectOf(point)), open: sums }),
    probes: inOrder(objectOf({ ...point, count: isCount })),
    evaluations: inOrder(isEvaluation),
  }),
  drawing: listOf(listOf(listOf(isNumber))),
  spec: orAbsent(orNull(isObject)),
  size: orAbsent(orNull(objectOf({ parameters: isCount, macs: isCount }))),
  seconds: orAbsent(orNull(isNumber)),
  hash: orAbsent(orNull(isText)),
  test: orNull(objectOf({ step: isCount })),
  checkpoints: orAbsent(listOf(objectOf({ step: isCount, epochs: isCount }))),
  imported: orAbsent(orNull(objectOf({ entry: isEntry, tensors: listOf(isTensor) }))),
};

/** As a file of any schema has it; what an earlier one lacks is undefined. */
export type CheckedRun = Omit<KeptRun, 'schema' | 'moments' | 'checkpoints' | 'test'> & {
  schema: number;
  test: { step: number } | null;
  checkpoints?: { step: number; epochs: number }[];
  imported?: { entry: ZooEntry; tensors: { name: string; shape: number[] }[] } | null;
};

/** What a file says of a run but for its arrays. Throws a sentence that names the first thing that cannot be. */
export function checkedRun(value: unknown): CheckedRun {
  if (!isObject(value)) throw new Error('This file of a run says nothing of its run.');
  for (const [name, check] of Object.entries(fields)) {
    if (!check(value[name])) throw new Error(`In this file of a run “${name}” is not what it should be.`);
  }
  return value as unknown as CheckedRun;
}
