// SPDX-License-Identifier: MIT
//
// A process that answers each line on its stdin with one line of JSON.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** { next(), ask(line), end(), pid }; `next` resolves with a line that comes unasked, as a greeting does. */
export function startJsonLines(command, args, variables = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...variables }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on('error', () => {}); // a process that has ended shows in the missing answer
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ended before it answered`);
    return JSON.parse(value);
  };
  const ask = (line) => {
    child.stdin.write(`${line}\n`);
    return next();
  };
  return { next, ask, end: () => child.stdin.end(), pid: child.pid };
}
