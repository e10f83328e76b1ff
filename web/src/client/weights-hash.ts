// SPDX-License-Identifier: MIT
//
// The hash of the run's weights, by which two runs can be compared: known while the run rests.

import { effect, signal } from '@preact/signals';
import { engine, run } from '../state/store';
import { request } from './connection';

export const weightsHash = signal<{ step: number; hash: string } | null>(null);

let isAsking = false;
/** Counts the wishes to know it. */
let asks = 0;

const isAtRest = (): boolean => engine.value !== null && run.value.facts !== null && run.value.phase !== 'training';

async function ask(): Promise<void> {
  isAsking = true;
  try {
    for (let answered = -1; answered !== asks;) {
      answered = asks;
      const found = await request('hash', {});
      if (isAtRest() && found.step === run.peek().step) weightsHash.value = found;
    }
  } catch {
    weightsHash.value = null; // the worker is gone
  } finally {
    isAsking = false;
  }
}

/** From now on it is known. */
export function followHash(): void {
  effect(() => {
    if (!isAtRest()) {
      weightsHash.value = null;
      return;
    }
    ++asks;
    if (weightsHash.peek()?.step !== run.value.step) weightsHash.value = null;
    if (!isAsking) void ask();
  });
}
