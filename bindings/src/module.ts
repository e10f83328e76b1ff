// SPDX-License-Identifier: MIT
// Chooses the WebAssembly build that can run here and starts it.

import { TinyCNNError } from './errors.js';
import { relaxedSimd, simd, threads as canShareMemory } from './features.js';
import { call } from './native.js';
import { readInteger, readOptions, refuse, show } from './read.js';
import { isNode } from './runtime.js';
import { readFolder } from './wasm-url.js';
import type { MainModule } from './tinycnn-simd.js';

const MAX_AUTO_THREADS = 4;
const MAX_THREADS = 64;

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
  if (wanted === 1 || !(await hasThreads())) return 1;
  return wanted === 'auto' ? Math.min(await countCores(), MAX_AUTO_THREADS) : wanted;
}

export type Variant = 'simd' | 'simd-threads' | 'relaxed-threads';

export interface Loaded {
  module: MainModule;
  threads: number;
  /** Whether the number was left to the engine. */
  isAuto: boolean;
  variant: Variant;
  /** The folder of the WebAssembly files, ending in a slash, where that is not the folder of this file. */
  wasmUrl: string | undefined;
}

/** Options of Emscripten's module. */
interface ModuleOptions {
  pthreadPoolSize: number;
  wasmBinary?: ArrayBuffer;
}

type CreateModule = (options: ModuleOptions) => Promise<MainModule>;

interface ReadEngine {
  threads: 'auto' | number;
  relaxed: boolean;
  /** A folder, ending in a slash. */
  wasmUrl: string | undefined;
}

function readEngine(options: unknown): ReadEngine {
  const { threads = 'auto', relaxed = false, wasmUrl } = readOptions(options, 'loadEngine', 'threads relaxed wasmUrl');
  if (threads !== 'auto' && typeof threads !== 'number') {
    refuse('invalid-option', 'loadEngine.threads', `'auto' or an integer from 1 to ${MAX_THREADS}`, show(threads));
  }
  if (threads !== 'auto') readInteger(threads, 'loadEngine.threads', 1, MAX_THREADS);
  if (typeof relaxed !== 'boolean') refuse('invalid-option', 'loadEngine.relaxed', 'true or false', show(relaxed));
  return { threads, relaxed, wasmUrl: wasmUrl === undefined ? undefined : readFolder(wasmUrl) };
}

/** @internal Of a file of the package. */
export async function fetchBytes(url: string): Promise<ArrayBuffer> {
  if (isNode && url.startsWith('file:')) {
    const { readFile } = await import(/* @vite-ignore */ 'node:fs/promises');
    return Uint8Array.from(await readFile(new URL(url))).buffer;
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.arrayBuffer();
}

/** Fetches the module first, so that no thread is started if it is missing. */
async function optionsOf(variant: Variant, threads: number, wasmUrl: string | undefined): Promise<ModuleOptions> {
  const pthreadPoolSize = threads - 1;
  if (wasmUrl === undefined) return { pthreadPoolSize };
  return { pthreadPoolSize, wasmBinary: await fetchBytes(`${wasmUrl}tinycnn-${variant}.wasm`) };
}

async function importModule(variant: Variant): Promise<CreateModule> {
  switch (variant) {
    case 'simd':
      return (await import('./tinycnn-simd.js')).default;
    case 'simd-threads':
      return (await import('./tinycnn-simd-threads.js')).default;
    case 'relaxed-threads':
      return ((await import('./tinycnn-relaxed-threads.js')) as { default: CreateModule }).default;
  }
}

async function start(variant: Variant, threads: number, wasmUrl: string | undefined): Promise<Omit<Loaded, 'isAuto'>> {
  try {
    const createModule = await importModule(variant);
    const module = await createModule(await optionsOf(variant, threads, wasmUrl));
    const started = variant === 'simd' ? 1 : call('load-failed', () => module.startThreads(threads));
    return { module, threads: started as number, variant, wasmUrl };
  } catch (error) {
    if (error instanceof TinyCNNError) throw error;
    const text = `[loadEngine] expected the files of the ${variant} build to load, got: ${String(error)}`;
    throw new TinyCNNError('load-failed', text, { cause: error });
  }
}

/** Starts the build for the requested number of threads, as far as they are available; the relaxed one only where it can run. */
export async function loadModule(options: unknown): Promise<Loaded> {
  const { threads: wanted, relaxed, wasmUrl } = readEngine(options);
  const threads = await chooseThreads(wanted);
  if (!(await simd())) {
    const expected = 'WebAssembly with SIMD (Chrome 91, Firefox 89, Safari 16.4, Node 16 or newer)';
    refuse('unsupported', 'loadEngine', expected, 'a browser without it');
  }
  const isRelaxed = relaxed && (await relaxedSimd()) && (await hasThreads());
  const variant = isRelaxed ? 'relaxed-threads' : threads === 1 ? 'simd' : 'simd-threads';
  return { ...(await start(variant, threads, wasmUrl)), isAuto: wanted === 'auto' };
}
