// SPDX-License-Identifier: MIT
// A node:test reporter: one JSON object for each test case (not for suites), one a line.

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const mark = data.skip ?? data.todo;
    const skip = mark !== undefined && mark !== false;
    yield `${JSON.stringify({
      name: data.name,
      ok: type === 'test:pass',
      skip,
      reason: typeof mark === 'string' && mark ? mark : 'no reason given',
    })}\n`;
  }
}
