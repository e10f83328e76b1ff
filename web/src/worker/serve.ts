// SPDX-License-Identifier: MIT
//
// A worker beside the one that trains: answers requests by their names.

import type { SideCalls, SideReply, SideRequest } from '../shared/side-calls';

const scope = globalThis as unknown as { postMessage: (reply: SideReply) => void; onmessage: unknown };

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
