// SPDX-License-Identifier: MIT
//
// examples/browser in Chromium, served as its README says: the page trains by itself and classifies what is drawn.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from '@playwright/test';
import { startServer } from '../../tools/server/static-server.mjs';
import { root } from '../../tools/support/paths.mjs';

let browser;
const servers = [];

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});

after(async () => {
  await browser?.close();
  for (const server of servers) await server.close();
});

/** The page from a server with or without the headers that threads need; `errors` collects what goes wrong in it. */
async function openPage({ isolated, refuse }) {
  const server = await startServer({ folder: root, port: 0, isolated });
  servers.push(server);
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('response', (response) => {
    if (!response.ok() && !response.url().endsWith('/favicon.ico'))
      errors.push(`${response.status()} ${response.url()}`);
  });
  if (refuse) await page.route(refuse, (route) => route.abort());
  await page.goto(new URL('examples/browser/', server.url).href);
  return { page, errors };
}

const waitForStatus = (page, pattern) =>
  page.waitForFunction(
    ([source]) => new RegExp(source).test(document.getElementById('status').textContent),
    [pattern.source],
    { timeout: 120_000 }, // a busy machine needs longer than Playwright's 30 s
  );

for (const isolated of [true, false]) {
  test(`the page trains and classifies a drawing ${isolated ? 'on threads' : 'where threads are not available'}`, async () => {
    const { page, errors } = await openPage({ isolated });
    await waitForStatus(page, /^Epoch 3 of 3: 9\d\.\d %/);
    const { x, y } = await page.locator('#pad').boundingBox();
    await page.mouse.move(x + 140, y + 50);
    await page.mouse.down();
    await page.mouse.move(x + 140, y + 230, { steps: 20 });
    await page.mouse.up();
    assert.match(await page.locator('#answer').textContent(), /^1 \(\d+ %\)$/);
    await page.getByRole('button', { name: 'Clear' }).click();
    assert.equal(await page.locator('#answer').textContent(), '');
    assert.deepEqual(errors, []);
    await page.close();
  });
}

test('the page says so when the engine cannot be loaded', async () => {
  const { page } = await openPage({ isolated: true, refuse: '**/*.wasm' });
  await waitForStatus(page, /fetch|wasm|Wasm|WebAssembly/);
  await page.close();
});
