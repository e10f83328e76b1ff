// SPDX-License-Identifier: MIT
// What a sweep has found: scores, the heat map of two settings, and files of results.

import { TinyCNNError } from '../errors.js';
import { refuse, show } from '../read.js';
import { valuesOf, type CheckedSweep } from './plan.js';
import type { TrialResult, Value } from './types.js';

/** Shorter times say more of the clock than of the network. */
const minSeconds = 1e-3;

/** What a better trial has more of. */
export function scoreOf({ accuracy, seconds }: TrialResult, score: CheckedSweep['score']): number {
  return score === 'accuracy' ? accuracy : accuracy ** 2 / Math.max(seconds, minSeconds);
}

/** The scores of a grid over two of its settings. */
export interface HeatMap {
  /** The varied settings along the two sides, and their values. */
  rows: { path: string; values: readonly Value[] };
  columns: { path: string; values: readonly Value[] };
  /** [rows][columns]: the best score; null where there is no result. */
  scores: (number | null)[][];
}

/** The scores over the first two settings that a grid varies by more than one value; of trials that differ in others the best. Null where
 * there are no two. */
export function heatMapOf({ vary, score, search }: CheckedSweep, results: readonly TrialResult[]): HeatMap | null {
  if (search.type !== 'grid') return null;
  const sides = Object.entries(vary)
    .map(([path, axis]) => ({ path, values: valuesOf(axis) }))
    .filter(({ values }) => values.length > 1);
  const [rows, columns] = sides;
  if (rows === undefined || columns === undefined) return null;
  const indexOf = ({ path, values }: typeof rows, result: TrialResult): number => {
    const own = JSON.stringify(result.values[path]);
    return values.findIndex((value) => JSON.stringify(value) === own);
  };
  const scores = rows.values.map(() => columns.values.map((): number | null => null));
  for (const result of results) {
    const line = scores[indexOf(rows, result)]!;
    const column = indexOf(columns, result);
    line[column] = Math.max(line[column] ?? -Infinity, scoreOf(result, score));
  }
  return { rows, columns, scores };
}

/** The first line of a file of results: which sweep they are of. */
export interface SweepHeader {
  sweep: string;
  hash: string;
}

const isHeader = (line: unknown): line is SweepHeader =>
  typeof line === 'object' && line !== null && typeof (line as SweepHeader).sweep === 'string' && 'hash' in line;

const isResult = (line: unknown): line is TrialResult =>
  typeof line === 'object' && line !== null && Number.isInteger((line as TrialResult).id) && 'accuracy' in line;

/** JSON, whose keys stand in one order whoever made the object. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

/** Tells sweeps apart. */
export function sweepHash(sweep: CheckedSweep): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(canonical(sweep))) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The first line of a file of results, with its line break: the sweep's name and a hash of it. */
export const headerLine = (sweep: CheckedSweep): string =>
  `${JSON.stringify({ sweep: sweep.name, hash: sweepHash(sweep) } satisfies SweepHeader)}\n`;

/** A result as a line of a file of results, with its line break. */
export const resultLine = (result: TrialResult): string => `${JSON.stringify(result)}\n`;

/**
 * Reads the lines of one or more files of results. A last line that was cut off is left out. Throws 'invalid-data', with the line, where one
 * is of another sweep or no JSON.
 */
export function readResults(sweep: CheckedSweep, text: string): TrialResult[] {
  const results: TrialResult[] = [];
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line, i + 1, i === lines.length - 1);
    if (isHeader(read) && read.hash !== sweepHash(sweep)) {
      refuse(
        'invalid-data',
        `sweep, line ${i + 1}`,
        `results of '${sweep.name}' as it is now`,
        `those of '${read.sweep}', or of other settings`,
      );
    }
    if (isResult(read)) results.push(read);
    else if (read !== undefined && !isHeader(read))
      refuse('invalid-data', `sweep, line ${i + 1}`, 'a result', show(read));
  }
  return results;
}

function readLine(line: string, number: number, isLast: boolean): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    if (isLast) return undefined;
    throw new TinyCNNError('invalid-data', `[sweep, line ${number}] expected JSON, got ${show(line)}`, { cause });
  }
}
