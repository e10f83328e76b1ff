// SPDX-License-Identifier: MIT
//
// How many runs the browser keeps besides those that are open or pinned, and which go first. Pure.

import type { KeptRun } from './schema';

export const maxRuns = 30;
export const maxBytes = 100_000_000;

/** A run that was trained for less, and was never tested, is not kept once another takes its place. */
const leastSteps = 100;

export const isWorthKeeping = ({ step, known }: Pick<KeptRun, 'step' | 'known'>): boolean =>
  step >= leastSteps || known.evaluations.length > 0;

export interface Loose {
  id: string;
  bytes: number;
  isWorthKeeping: boolean;
}

/** Of runs that may go, the newest first: the ids of those beyond the bounds, or of the one that goes first. Those that were hardly trained
 * go before all others, then the oldest. */
export function goneFirst(runs: readonly Loose[], reach: 'bounds' | 'one'): string[] {
  const lastFirst = [...runs.filter((run) => run.isWorthKeeping), ...runs.filter((run) => !run.isWorthKeeping)];
  if (reach === 'one') return lastFirst.slice(-1).map(({ id }) => id);
  let bytes = 0;
  return lastFirst.filter((run, i) => (bytes += run.bytes) > maxBytes || i >= maxRuns).map(({ id }) => id);
}
