// SPDX-License-Identifier: MIT
//
// A run with its history as the parts of a file, and back: see docs/formats.md and shared/run-file.ts. Pure.

import { readRunFile, writeRunFile } from '../../shared/run-file';
import { checkedRun } from './checked-run';
import { schema, upToDate } from './schema';
import type { ImportedNetwork } from '../../shared/imported';
import type { Captured } from './capture';
import type { Past } from './records';
import type { KeptData, KeptRun } from './schema';

/** "moment/1200": float32, little-endian, all of the weights with which the network predicted at that step. */
const momentPart = 'moment/';
/** "checkpoint/1200": a checkpoint of the engine. */
const checkpointPart = 'checkpoint/';
/** "network/conv1.weight": float32, where the run's network came from a file: what it began with. */
const networkPart = 'network/';

type Parts = ReadonlyMap<string, Uint8Array>;

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Float32 arrays begin at multiples of four bytes. */
const floatsOf = (bytes: Uint8Array): Float32Array<ArrayBuffer> => new Float32Array(bytes.slice().buffer);

/** `network`: of a run whose network came from a file. */
export function fileOf(
  { record, weights, past }: Captured,
  data: KeptData,
  network: ImportedNetwork | null,
): Uint8Array<ArrayBuffer> {
  const { test, ...rest } = record;
  const begun = network?.weights ?? [];
  return writeRunFile({
    run: {
      ...{ ...rest, data, test: test === null ? null : { step: test.step } },
      checkpoints: past.checkpoints.map(({ step, epochs }) => ({ step, epochs })),
      imported: network && { entry: network.entry, tensors: begun.map(({ name, shape }) => ({ name, shape })) },
    },
    parts: new Map([
      ['weights', weights],
      ...(test === null ? [] : [['predicted', test.predicted] as const]),
      ...past.moments.map(({ step, weights: noted }) => [`${momentPart}${step}`, bytesOf(noted)] as const),
      ...past.checkpoints.map(({ step, bytes }) => [`${checkpointPart}${step}`, bytes] as const),
      ...begun.map(({ name, data: values }) => [`${networkPart}${name}`, bytesOf(values)] as const),
    ]),
  });
}

/** Parts whose names begin so and end with a step, in the order of the steps. */
const stepsOf = (parts: Parts, prefix: string): [step: number, bytes: Uint8Array][] =>
  [...parts]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, bytes]): [number, Uint8Array] => [Number(name.slice(prefix.length)), bytes])
    .sort(([a], [b]) => a - b);

/** Schedules that are not known are those of the run. */
function pastIn(parts: Parts, epochsAt: ReadonlyMap<number, number>, epochs: number): Past {
  return {
    moments: stepsOf(parts, momentPart).map(([step, bytes]) => ({ step, weights: floatsOf(bytes) })),
    checkpoints: stepsOf(parts, checkpointPart).map(([step, bytes]) => ({
      ...{ step, bytes },
      epochs: epochsAt.get(step) ?? epochs,
    })),
  };
}

export interface ReadRun {
  kept: KeptRun;
  weights: Uint8Array;
  past: Past;
  network: ImportedNetwork | null;
}

/** Throws a sentence that says what is wrong with the file. */
export function readRun(bytes: Uint8Array): ReadRun {
  const { run, parts } = readRunFile(bytes);
  const { test, checkpoints = [], imported = null, ...known } = checkedRun(run);
  if (known.schema > schema) {
    throw new Error('This run was saved by a newer version of this page. Reload the page to get that version.');
  }
  const weights = parts.get('weights');
  if (weights === undefined) throw new Error('This file of a run has no weights.');
  const predicted = parts.get('predicted');
  const kept = upToDate({
    ...{ ...known, id: '', order: 0, bytes: 0, aim: null, isTraining: false, moments: [], checkpoints: [] },
    test: predicted === undefined || test === null ? null : { step: test.step, predicted },
  } as { schema: number });
  const epochsAt = new Map(checkpoints.map(({ step, epochs }) => [step, epochs]));
  const network = imported && {
    entry: imported.entry,
    weights: imported.tensors.map(({ name, shape }) => ({
      ...{ name, shape },
      data: floatsOf(parts.get(`${networkPart}${name}`) ?? new Uint8Array()),
    })),
  };
  return { kept, weights, past: pastIn(parts, epochsAt, kept.epochs), network };
}
