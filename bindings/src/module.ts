// SPDX-License-Identifier: MIT
// Finds out which WebAssembly build can run here and starts it.

import { relaxedSimd, simd, threads as canShareMemory } from 'wasm-feature-detect';
import type { MainModule } from './tinycnn-simd.js';

const MAX_AUTO_THREADS = 4;
const MAX_THREADS = 64;

/** What every binding returns; see guarded() in the C++ bindings. */
interface Outcome {
  value?: unknown;
  error?: string;
}

/** Takes a binding's Outcome (Embind types it as any); returns its value or throws the core's text. */
export function unwrap(outcome: unknown): unknown {
  const { value, error } = outcome as Outcome;
  if (error !== undefined) throw new Error(error);
  return value;
}

async function countCores(): Promise<number> {
  if (typeof navigator !== 'undefined' && navigator.hardwareConcurrency) return navigator.hardwareConcurrency;
  const { availableParallelism } = await import(/* @vite-ignore */ 'node:os');
  return availableParallelism();
}

/** Threads need memory that threads share: a page has it only when it is cross-origin isolated. */
async function hasThreads(): Promise<boolean> {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  return isolated !== false && (await canShareMemory());
}

async function chooseThreads(wanted: 'auto' | number): Promise<number> {
  if (wanted !== 'auto' && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= MAX_THREADS)) {
    throw new Error(`[loadEngine.threads] expected 'auto' or a whole number from 1 to ${MAX_THREADS}, got ${wanted}`);
  }
  if (wanted === 1 || !(await hasThreads())) return 1;
  return wanted === 'auto' ? Math.min(await countCores(), MAX_AUTO_THREADS) : wanted;
}

export type Variant = 'simd' | 'simd-threads' | 'relaxed-threads';

export interface Loaded {
  module: MainModule;
  threads: number;
  variant: Variant;
}

type CreateModule = (options: { pthreadPoolSize: number }) => Promise<MainModule>;

async function startThreaded(createModule: CreateModule, threads: number, variant: Variant): Promise<Loaded> {
  const module = await createModule({ pthreadPoolSize: threads - 1 });
  return { module, threads: module.startThreads(threads), variant };
}

/** Starts the build for as many threads as are wanted and can be had; a relaxed one only where it can run. */
export async function loadModule(wanted: 'auto' | number, relaxed: boolean): Promise<Loaded> {
  const threads = await chooseThreads(wanted);
  if (!(await simd())) {
    throw new Error(
      '[loadEngine] expected WebAssembly with SIMD (Chrome 91, Firefox 89, Safari 16.4, Node 16 or newer)',
    );
  }
  if (relaxed && (await relaxedSimd()) && (await hasThreads())) {
    const { default: createModule } = (await import('./tinycnn-relaxed-threads.js')) as { default: CreateModule };
    return startThreaded(createModule, threads, 'relaxed-threads');
  }
  if (threads === 1) {
    const { default: createModule } = await import('./tinycnn-simd.js');
    return { module: await createModule(), threads, variant: 'simd' };
  }
  const { default: createModule } = await import('./tinycnn-simd-threads.js');
  return startThreaded(createModule, threads, 'simd-threads');
}
