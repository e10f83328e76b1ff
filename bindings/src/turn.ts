// SPDX-License-Identifier: MIT
// Yields to the event loop. Messages are not throttled as timers are, not even in a background tab; in Node setImmediate does the same
// without keeping a program alive.

type Immediate = (callback: () => void) => unknown;

const { setImmediate } = globalThis as { setImmediate?: Immediate };
let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

function postTurn(resolve: () => void): void {
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  waiting.push(resolve);
  channel.port2.postMessage(null);
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => void (setImmediate ?? postTurn)(resolve));
