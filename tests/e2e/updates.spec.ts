// SPDX-License-Identifier: MIT
//
// New versions of the page come whole, when the visitor wants them, and cost no run.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { keptText, note, stepIn } from './support/kept';
import {
  cacheNames,
  countLoads,
  expect,
  isIsolated,
  offer,
  test,
  useEverything,
  whenKept,
} from './support/service-worker';

// visits of the whole page, several in each test
test('a new version is offered; until the visitor reloads the old one works as a whole', async ({
  app,
  page,
  host,
}) => {
  await app.open(host.url);
  const [old] = await whenKept(page);
  const mistakes = host.asset('mistakes');
  await host.release(2);
  await page.reload();
  await app.ready();
  await expect(page).not.toHaveTitle(/version/);
  await expect(offer(page)).toContainText('A new version is ready.');
  await whenKept(page, 2);
  const before = host.sent.length;
  expect(existsSync(host.at(mistakes)), 'the host has the new files alone').toBe(false);
  await useEverything(app, page);
  expect(
    // the browser asks for the worker's script by itself, a moment after the page was loaded
    host.sent.slice(before).filter(({ path }) => !path.includes('/data/') && path !== '/service-worker.js'),
    'everything comes from what is kept',
  ).toEqual([]);
  await offer(page).getByRole('button', { name: 'Reload' }).click();
  await expect(page).toHaveTitle(/\(version 2\)$/);
  await app.ready();
  expect(await isIsolated(page)).toBe(true);
  await useEverything(app, page);
  await expect(offer(page)).toHaveCount(0);
  const [now] = await whenKept(page);
  expect(now).not.toBe(old);
});

test('an update takes over from the version before what has not changed', async ({ app, page, host }) => {
  await app.open(host.url);
  await whenKept(page);
  const before = host.sent.length;
  const html = readFileSync(host.at('index.html'), 'utf8');
  writeFileSync(host.at('index.html'), html.replace('</title>', ' (changed)</title>'));
  const { writeServiceWorker } = await import('../../tools/build/service-worker.mjs');
  await writeServiceWorker(host.folder);
  await page.reload();
  await expect(offer(page)).toBeVisible();
  const assets = host.sent.slice(before).filter(({ path }) => /assets|engine/.test(path));
  expect(assets).toEqual([]);
});

test('a new version never costs a run: training goes on while it is offered, and in the new version from where it was', async ({
  app,
  page,
  host,
}) => {
  await app.open(host.url);
  await whenKept(page);
  await expect(offer(page), 'the first version is no new one').toHaveCount(0);
  await app.trainWithoutEnd();
  await app.waitForFigure('epoch', (epoch) => epoch >= 1);
  await host.release(2);
  // as a page does that is looked at again after an hour
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
  await expect(offer(page)).toBeVisible();
  const before = await app.figure('step');
  await app.waitForSteps(before + 100);
  await expect(keptText(page)).toHaveText(/^Saved up to step/);
  const saved = stepIn(await keptText(page).innerText());
  await offer(page).getByRole('button', { name: 'Reload' }).click();
  await expect(page).toHaveTitle(/\(version 2\)$/);
  await expect(note(page)).toHaveText(/^Back at step [\d,]+, where you left off\. Training goes on\.$/);
  expect(stepIn(await note(page).innerText())).toBeGreaterThanOrEqual(saved);
  await app.button('Pause').click();
  await useEverything(app, page);
});

test('a new version asks before a network is lost that the browser does not keep', async ({ app, page, host }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('refused', 'InvalidStateError');
    };
  });
  await app.open(host.url);
  await whenKept(page);
  await app.trainWithoutEnd();
  await app.waitForFigure('epoch', (epoch) => epoch >= 1);
  const loads = countLoads(page);
  await host.release(2);
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
  await expect(offer(page)).toBeVisible();
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await offer(page).getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => asked).toEqual(['beforeunload']);
  expect(loads()).toBe(0);
});

test('the offer can be put off, and comes again on the next visit', async ({ app, page, host }) => {
  await app.open(host.url);
  await whenKept(page);
  await host.release(2);
  await page.reload();
  await offer(page).getByRole('button', { name: 'Later' }).click();
  await expect(offer(page).getByRole('button')).toHaveCount(0);
  await page.reload();
  await app.ready();
  await expect(page).not.toHaveTitle(/version/);
  await expect(offer(page)).toBeVisible();
});

test('with two pages open one takes the new version; the other works as a whole and is offered it as well', async ({
  app,
  page,
  context,
  host,
}) => {
  await app.open(host.url);
  await whenKept(page);
  const other = await context.newPage();
  await other.goto(host.url);
  await host.release(2);
  await page.reload();
  // by then it follows what becomes of the service worker
  await offer(other).getByRole('button', { name: 'Later' }).click();
  await expect(offer(other).getByRole('button')).toHaveCount(0);
  await offer(page).getByRole('button', { name: 'Reload' }).click();
  await expect(page).toHaveTitle(/\(version 2\)$/);
  await app.ready();
  await expect(offer(other).getByRole('button', { name: 'Reload' })).toBeVisible();
  await expect(other).not.toHaveTitle(/version/);
  const { TinyCnnPage } = await import('./support/page');
  const otherApp = new TinyCnnPage(other);
  await other.bringToFront();
  await otherApp.ready();
  await useEverything(otherApp, other);
  await offer(other).getByRole('button', { name: 'Reload' }).click();
  await expect(other).toHaveTitle(/\(version 2\)$/);
  await otherApp.ready();
});

test('once all pages of the old version are closed the new one is there without a question', async ({
  app,
  page,
  context,
  host,
}) => {
  await app.open(host.url);
  await whenKept(page);
  await host.release(2);
  await page.reload();
  await expect(offer(page)).toBeVisible();
  await page.goto('about:blank');
  const next = await context.newPage();
  await page.close();
  await expect(async () => {
    await next.goto(host.url);
    const title = await next.title();
    await next.goto('about:blank'); // opened while the old page was still closing, it would keep the old version itself
    expect(title).toMatch(/\(version 2\)$/);
  }).toPass({ intervals: [1000] });
});

test('a new version that cannot be had as a whole is not offered, and the old one goes on without a network', async ({
  app,
  page,
  host,
}) => {
  await app.open(host.url);
  await whenKept(page);
  await host.release(2);
  const missing = host.asset('curves');
  renameSync(host.at(missing), host.at('aside'));
  await page.reload();
  await app.ready();
  await expect.poll(() => cacheNames(page)).toHaveLength(2);
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const { installing, waiting } = (await navigator.serviceWorker.getRegistration())!;
        return [installing, waiting];
      }),
    )
    .toEqual([null, null]);
  await expect(offer(page)).toHaveCount(0);
  await host.stop();
  await page.reload();
  await app.ready();
  await expect(page).not.toHaveTitle(/version/);
  await useEverything(app, page);
  await host.start();
  renameSync(host.at('aside'), host.at(missing));
  await page.reload();
  await expect(offer(page)).toBeVisible();
});
