// SPDX-License-Identifier: MIT
//
// The engine of a worker beside the one that trains.

import { loadEngine } from 'tinycnn';
import { loadDeferred } from './deferred.js';
import type { Engine } from 'tinycnn';

let opening: Promise<Engine> | null = null;

async function open(threads: number): Promise<Engine> {
  const engine = await loadEngine({ threads });
  await loadDeferred();
  return engine;
}

/** The one that was asked for first. */
export const ownEngine = (threads = 1): Promise<Engine> => (opening ??= open(threads));
