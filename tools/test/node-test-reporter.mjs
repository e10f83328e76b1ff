// SPDX-License-Identifier: MIT
// A node:test reporter: one JSON object for each test case (not for suites), one a line, into the file that TEST_EVENTS_FILE names. It
// writes at once: with --test-force-exit Node ends before a destination of its own is flushed.
import { appendFileSync } from 'node:fs';

// eslint-disable-next-line require-yield
export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const mark = data.skip ?? data.todo;
    const skip = mark !== undefined && mark !== false;
    const reason = typeof mark === 'string' && mark ? mark : 'no reason given';
    const line = JSON.stringify({ name: data.name, ok: type === 'test:pass', skip, reason });
    appendFileSync(process.env.TEST_EVENTS_FILE, `${line}\n`);
  }
}
