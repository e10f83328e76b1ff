// SPDX-License-Identifier: MIT
// A node:test reporter: one JSON object for each test case (not for suites). A file that holds no test shows up in Node as one passing
// test with the file's own name; here it is `empty`.

const isFile = (data) => data.nesting === 0 && /\.(mjs|js|cjs)$/.test(data.name);

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
      empty: type === 'test:pass' && isFile(data),
    })}\n`;
  }
}
