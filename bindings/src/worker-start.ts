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

/** Whether the package's files come from another origin than the page, as from a CDN. A worker must come from the page's own. In a frame
 * that is not `location.origin`: a sandboxed one has an opaque origin whatever its address is, an `srcdoc` has its parent's. */
export const isFromElsewhere = (): boolean => {
  const { protocol, origin } = new URL(import.meta.url);
  return !isNode && protocol.startsWith('http') && origin !== globalThis.origin;
};

/** A worker of the page's own origin that imports the file from its one. */
function startFromElsewhere(): Worker {
  const file = './worker-thread.js'; // a name, so that bundlers do not copy the file a second time
  const program = `import ${JSON.stringify(new URL(file, import.meta.url).href)};`;
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module', name: 'tinycnn' });
  const revoke = () => {
    URL.revokeObjectURL(url);
  };
  for (const event of ['message', 'error']) worker.addEventListener(event, revoke, { once: true });
  return worker;
}

function startInBrowser(): WorkerHandle {
  const worker = isFromElsewhere()
    ? startFromElsewhere()
    : new Worker(new URL('./worker-thread.js', import.meta.url), { type: 'module', name: 'tinycnn' });
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
