// SPDX-License-Identifier: MIT
//
// Every code block of the guides runs, from top to bottom, and prints what the guide says; the guide for pages also in Chromium.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { chromium } from '@playwright/test';
import { guides } from '../../tools/docs/site.mjs';
import { isolationHeaders } from '../../tools/server/headers.mjs';
import { startServer } from '../../tools/server/static-server.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { drawOne } from '../examples/support.mjs';
import { expectation, holds, problemWith, projectFolder, runBlocks } from './blocks.mjs';

const read = (name) => readFileSync(inRoot('docs', 'guides', `${name}.md`), 'utf8');
const folders = new Map();

for (const name of guides) {
  test(`${name}: every code block runs and prints what the guide says`, async (t) => {
    folders.set(name, projectFolder(name));
    let reason = null;
    await runBlocks(read(name), folders.get(name), (why) => (reason = why));
    if (reason) t.skip(`blocks were left out: ${reason}`);
  });
}

let browser;
after(() => browser?.close());

/** Opens a page of the guide's folder, with or without the headers that threads need, and runs `use` on it; returns what went wrong in it. */
async function visit(name, isolated, use) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const folder = folders.get('train-in-your-page');
  const server = await startServer({ folder, port: 0, headers: isolated ? isolationHeaders : {} });
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  try {
    await page.goto(new URL(name, server.url).href);
    assert.equal(await page.evaluate(() => window.crossOriginIsolated), isolated);
    await use(page);
  } finally {
    await page.close();
    await server.close();
  }
  assert.deepEqual(errors, []);
}

const statusIs = (page, pattern) =>
  page.waitForFunction(
    ([source]) => new RegExp(source).test(document.getElementById('status').textContent),
    [pattern],
    {
      timeout: 120_000,
    },
  );

for (const isolated of [true, false]) {
  test(`the page of the guide trains and classifies a drawing, ${isolated ? 'isolated' : 'on one thread'}`, () =>
    visit('index.html', isolated, async (page) => {
      await statusIs(page, '^Trained');
      await drawOne(page);
      assert.match(await page.locator('#answer').textContent(), /^1 \(\d+ %\)$/);
    }));
}

test('the worker of the guide trains', () =>
  visit('worker.html', true, (page) => statusIs(page, '^Trained in a worker: [6-9]\\d %')));

test('blocks that are not run have to say why, and words that nobody knows are refused', () => {
  const problem = (language, attributes) => problemWith({ language, attributes, line: 3 });
  assert.match(problem('js', {}), /line 3: a block of js that no test runs/);
  assert.match(problem('js', { 'not-run': 'no' }), /expected why/);
  assert.match(problem('sh', { need: 'gcc' }), /unknown attribute need/);
  for (const attributes of [{ file: 'a.mjs' }, { from: 'a.h' }, { 'not-run': 'it would take a year' }])
    assert.equal(problem('js', attributes), null);
});

test('what is printed is compared line by line, … stands for any text, and alone on a line for any lines', () => {
  const fits = (printed, text) => expectation(text).test(printed);
  assert.ok(fits('a 12 b\n', 'a … b\n'));
  assert.ok(fits('x\ny\nlast\n', '…\nlast\n'));
  assert.ok(fits('last\n', '…\nlast\n'));
  assert.ok(!fits('a\nb\n', 'a\n'));
  assert.ok(!fits('a+b\n', 'aab\n'));
});

test('code that the repository no longer has is found', () => {
  const file = 'void f() {\n  if (x) {\n    g();\n  }\n}\n';
  assert.ok(holds(file, 'if (x) {\n  g();\n}\n'));
  assert.ok(!holds(file, 'if (x) {\n  h();\n}\n'));
  assert.ok(!holds(file, 'if (x) {\ng();\n}\n'));
});
