// SPDX-License-Identifier: MIT
//
// How many threads the visitor wants to train. A property of the machine and not of the run, whose results are the same with any number of them: so it is no
// part of the page's link.

import { signal } from '@preact/signals';
import type { Threads } from '../shared/protocol';

/** The engine's own limit. */
export const maxThreads = 64;

export const threads = signal<Threads>('auto');

export const inWords = (count: number): string => (count === 1 ? '1 thread' : `${count} threads`);

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
