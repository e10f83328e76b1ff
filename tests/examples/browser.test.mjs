// SPDX-License-Identifier: MIT
//
// examples/browser in Chromium, served as its README says: the page trains by itself and classifies what is drawn; the element on a button.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from '@playwright/test';
import { isolationHeaders } from '../../tools/server/headers.mjs';
import { startServer } from '../../tools/server/static-server.mjs';
import { root } from '../../tools/support/paths.mjs';
import { drawOne } from './support.mjs';

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
async function openPage({ isolated, refuse = undefined, file = '' }) {
  const server = await startServer({ folder: root, port: 0, headers: isolated ? isolationHeaders : {} });
  servers.push(server);
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('response', (response) => {
    if (!response.ok() && !response.url().endsWith('/favicon.ico'))
      errors.push(`${response.status()} ${response.url()}`);
  });
  if (refuse) await page.route(refuse, (route) => route.abort());
  await page.goto(new URL(`examples/browser/${file}`, server.url).href);
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
    await waitForStatus(page, /^Epoch 3 of 3: (8[5-9]|9\d)\.\d %/);
    await drawOne(page);
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

test('the page with the custom element trains it on the button, and both networks read an example', async () => {
  const { page, errors } = await openPage({ isolated: true, file: 'element.html' });
  const [large, small] = [page.locator('tiny-cnn').first(), page.locator('tiny-cnn').nth(1)];
  await small.getByLabel('Answer').getByText(/^\d$/).waitFor();
  await large.getByRole('button', { name: 'Train' }).click();
  await large
    .locator('p', { hasText: /^(8[5-9]|9\d)\.\d % of 1,000 test digits/ })
    .first()
    .waitFor({ timeout: 120_000 });
  assert.deepEqual(errors, []);
  await page.close();
});
