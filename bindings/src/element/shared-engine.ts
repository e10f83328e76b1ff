// SPDX-License-Identifier: MIT
// The engine of all elements of a page that ask for the same threads: in a worker, or on the page's own thread where a worker cannot be
// started. It ends soon after the last element that uses it; an element that loads another network goes on with the same engine.

import { TinyCNNError } from '../errors.js';
import { problem, sentenceOf } from './files.js';
import type { WorkerEngine } from '../worker.js';

export interface Lease {
  engine: WorkerEngine;
  /** The engine is not needed any more. */
  release: () => void;
  /** Tells what went wrong while the engine was used. If it has failed itself, whoever asks next gets another one. */
  failed: (error: unknown) => void;
}

interface Shared {
  engine: Promise<WorkerEngine>;
  users: number;
}

const MAX_THREADS = 64;

const engines = new Map<string, Shared>();

/** Of the attribute `threads`. */
function readThreads(given: string): 'auto' | number {
  if (given === '' || given === 'auto') return 'auto';
  const threads = Number(given);
  if (Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS) return threads;
  throw problem('invalid-option', `‘threads’ is ‘${given}’: expected ‘auto’ or an integer from 1 to ${MAX_THREADS}.`);
}

async function start(threads: 'auto' | number): Promise<WorkerEngine> {
  try {
    const { loadEngine } = await import('../worker.js');
    return await loadEngine({ threads });
  } catch (error) {
    if (!(error instanceof TinyCNNError) || error.code !== 'load-failed') throw error;
    // a content security policy without workers, for one; whoever awaits what its methods give cannot tell the two apart
    const { loadEngine } = await import('../index.js');
    return (await loadEngine({ threads: 1 })) as unknown as WorkerEngine;
  }
}

/** Whether the engine cannot go on: its worker has ended, or WebAssembly has trapped. The texts of the package's errors begin with a place
 * in brackets, those of files that could not be loaded do not. */
function isFailure(error: unknown): boolean {
  if (!(error instanceof TinyCNNError)) return false;
  if (error.cause instanceof TinyCNNError) return isFailure(error.cause);
  return error.code === 'internal' || (error.code === 'load-failed' && error.message.startsWith('['));
}

function drop(key: string, shared: Shared): void {
  if (engines.get(key) === shared) engines.delete(key);
}

function endUnused(key: string, shared: Shared): void {
  if (shared.users > 0) return;
  drop(key, shared);
  shared.engine.then(
    (engine) => {
      engine.dispose();
    },
    () => undefined, // it never began
  );
}

/** `given`: the attribute `threads`. */
export async function leaseEngine(given: string): Promise<Lease> {
  const threads = readThreads(given);
  const key = String(threads);
  const shared = engines.get(key) ?? { engine: start(threads), users: 0 };
  engines.set(key, shared);
  ++shared.users;
  let isReleased = false;
  const release = (): void => {
    if (isReleased) return;
    isReleased = true;
    --shared.users;
    // a change of the network gives it back and asks for it again at once
    setTimeout(() => {
      endUnused(key, shared);
    });
  };
  const failed = (error: unknown): void => {
    if (isFailure(error)) drop(key, shared);
  };
  try {
    return { engine: await shared.engine, release, failed };
  } catch (error) {
    release();
    drop(key, shared); // the next one tries again
    throw problem('load-failed', `The engine could not be loaded: ${sentenceOf(error)}`, error);
  }
}
