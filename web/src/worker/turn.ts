// SPDX-License-Identifier: MIT
//
// Lets the event loop take waiting messages before the next chunk of work. A MessageChannel's message is not delayed as timers are, not
// even in a background tab.

const channel = new MessageChannel();
const waiting: (() => void)[] = [];

channel.port1.onmessage = () => waiting.shift()?.();

export function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}
