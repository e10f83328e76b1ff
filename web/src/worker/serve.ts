// SPDX-License-Identifier: MIT
//
// A worker beside the one that trains: answers requests by their names, and has an engine of its own.

import { loadEngine } from 'tinycnn';
import { loadDeferred } from './deferred.js';
import type { Engine } from 'tinycnn';
import type { SideCalls, SideReply, SideRequest } from '../shared/side-calls';

const scope = globalThis as unknown as { postMessage: (reply: SideReply) => void; onmessage: unknown };

let opening: Promise<Engine> | null = null;

async function open(threads: number): Promise<Engine> {
  const engine = await loadEngine({ threads });
  await loadDeferred();
  return engine;
}

/** The one that was asked for first. */
export const ownEngine = (threads = 1): Promise<Engine> => (opening ??= open(threads));

type Handlers<Calls extends SideCalls<Calls>> = {
  [K in keyof Calls]: (ask: Calls[K]['ask'], report: (soFar: unknown) => void) => Promise<Calls[K]['answer']>;
};

export function serve<Calls extends SideCalls<Calls>>(handlers: Handlers<Calls>): void {
  scope.onmessage = async ({ data }: MessageEvent<SideRequest<Calls>>) => {
    const { id, type } = data;
    const report = (soFar: unknown): void => {
      scope.postMessage({ id, soFar });
    };
    try {
      scope.postMessage({ id, ok: true, answer: await handlers[type](data, report) });
    } catch (error) {
      const [text, name] = error instanceof Error ? [error.message, error.name] : [String(error), ''];
      scope.postMessage({ id, ok: false, error: text, name });
    }
  };
}
