// SPDX-License-Identifier: MIT
// Lets the event loop take what waits before the next piece of work. A message is not delayed as timers are, not even in a background
// tab; Node has setImmediate for the same, which does not keep a program alive.

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
