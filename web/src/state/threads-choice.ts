// SPDX-License-Identifier: MIT
//
// Numbers of threads as the visitor chooses them. Pure.

import type { Threads } from '../shared/protocol';

/** The engine's own limit. */
const maxThreads = 64;

/** What somebody typed; null where it is not a number of threads. */
export function threadsIn(text: string): Threads | null {
  const typed = text.trim().toLowerCase();
  if (typed === 'auto') return 'auto';
  const count = Number(typed);
  return /^\d+$/.test(typed) && count >= 1 && count <= maxThreads ? count : null;
}

/** auto, 1, 2, 4, 8 … and as many as there are cores. */
export function offeredThreads(cores: number): Threads[] {
  const max = Math.min(cores, maxThreads);
  const powers = Array.from({ length: 7 }, (_, i) => 2 ** i).filter((count) => count < max);
  return ['auto', ...powers, max];
}
