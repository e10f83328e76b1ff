// SPDX-License-Identifier: MIT
// Starts worker-thread.js: a Worker in a browser, a thread of node:worker_threads in Node.

import { TinyCNNError } from './errors.js';
import { isNode } from './runtime.js';
import type { FromWorker, ToWorker } from './worker-protocol.js';

export interface WorkerHandle {
  post(message: ToWorker, transfer: ArrayBuffer[]): void;
  /** `fail` is called if the worker cannot be loaded or ends unexpectedly. */
  listen(take: (message: FromWorker) => void, fail: (error: TinyCNNError) => void): void;
  terminate(): void;
  /** Whether the worker keeps a Node program alive; initially it does not. */
  keepAlive(keeps: boolean): void;
}

/** A browser's event has no message where the worker's file, or one that it imports, could not be loaded. */
const failed = (cause: unknown): TinyCNNError => {
  const { message } = cause as { message?: string };
  const got = message ?? 'worker-thread.js, or a file that it imports, could not be loaded';
  return new TinyCNNError('load-failed', `[worker] expected the worker to run, got: ${got}`, { cause });
};

async function startInNode(): Promise<WorkerHandle> {
  const { Worker: NodeWorker } = await import(/* @vite-ignore */ 'node:worker_threads');
  // The program's flags are passed on, except this one, which Node refuses for a file.
  const execArgv = process.execArgv.filter((flag) => !flag.startsWith('--input-type'));
  const worker = new NodeWorker(new URL('./worker-thread.js', import.meta.url), { execArgv });
  worker.unref();
  return {
    post: (message, transfer) => {
      worker.postMessage(message, transfer);
    },
    listen: (take, fail) => {
      worker.on('message', take);
      worker.on('error', (error) => {
        fail(failed(error));
      });
      worker.on('exit', (code) => {
        fail(failed(new Error(`it ended with exit code ${code}`)));
      });
    },
    terminate: () => void worker.terminate(),
    keepAlive: (keeps) => {
      if (keeps) worker.ref();
      else worker.unref();
    },
  };
}

function startInBrowser(): WorkerHandle {
  const worker = new Worker(new URL('./worker-thread.js', import.meta.url), { type: 'module', name: 'tinycnn' });
  return {
    post: (message, transfer) => {
      worker.postMessage(message, transfer);
    },
    listen: (take, fail) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        take(data);
      };
      worker.onerror = (event) => {
        fail(failed(event));
      };
    },
    terminate: () => {
      worker.terminate();
    },
    keepAlive: () => undefined,
  };
}

export async function startWorker(): Promise<WorkerHandle> {
  try {
    return isNode ? await startInNode() : startInBrowser();
  } catch (error) {
    throw failed(error);
  }
}
