// SPDX-License-Identifier: MIT
// Measures a rate after warm-up.

import { readNumber } from './read.js';

const MAX_SECONDS = 60;
/** Shorter calls cannot be timed exactly: browsers round the clock. */
const CALL_SECONDS = 0.005;
/** More than one, because a single call may have been delayed. */
const MIN_CALLS = 3;

/** 0 to 60 seconds. */
export const readSeconds = (seconds: unknown, where: string): number =>
  readNumber(seconds, `${where}.seconds`, 0, MAX_SECONDS);

/** Calls `work(count)` for about `seconds`: with rising counts until a call takes some milliseconds, then with that count. Returns the sum
 * of the results of the latter calls, per second. */
export function steadyRate(seconds: number, work: (count: number) => number): number {
  const end = performance.now() + 1000 * seconds;
  let count = 1;
  let calls = 0;
  let done = 0;
  let taken = 0;
  for (;;) {
    const start = performance.now();
    const part = work(count);
    const now = performance.now();
    const call = (now - start) / 1000;
    if (call < CALL_SECONDS) {
      count *= 2;
      calls = done = taken = 0;
      continue;
    }
    ++calls;
    done += part;
    taken += call;
    if (now >= end && calls >= MIN_CALLS) return done / taken;
  }
}
