// SPDX-License-Identifier: MIT
//
// Long work for a panel, cut into slices, so that the worker always listens and training goes on in between.

import { turn } from './turn';
import type { Work } from '../math/work';

const sliceMilliseconds = 15;

export interface Sliced<Result> {
  result: Result;
  /** Spent in the slices. */
  milliseconds: number;
}

/** Null once `current` no longer holds. */
export async function inSlices<Result>(work: Work<Result>, current: () => boolean): Promise<Sliced<Result> | null> {
  let from = performance.now();
  let milliseconds = 0;
  let othersRan = false;
  for (;;) {
    const next = work.next(othersRan);
    const taken = performance.now() - from;
    othersRan = !next.done && taken > sliceMilliseconds;
    if (next.done) return { result: next.value, milliseconds: milliseconds + taken };
    if (!othersRan) continue;
    milliseconds += taken;
    await turn();
    if (!current()) return null;
    from = performance.now();
  }
}
