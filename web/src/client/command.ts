// SPDX-License-Identifier: MIT
//
// Commands: what a visitor can ask for. Views call commands and read state; nothing else goes from a view to the worker.

import { problem } from '../state/store';
import { WorkerLostError } from './worker-client';

export const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Never rejects: a failure is shown as a sentence on the page; a lost worker is dealt with in recovery.ts. */
export async function attempt(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WorkerLostError)) problem.value = inWords(error);
  }
}

/** Makes a command of what it does; whatever it does before its first `await` is done when the call returns. */
export const command =
  <Args extends unknown[]>(work: (...args: Args) => unknown) =>
  (...args: Args): Promise<void> =>
    attempt(() => work(...args));

export const dismissProblem = (): void => {
  problem.value = null;
};
