// SPDX-License-Identifier: MIT
//
// On hosts that send no headers the service worker has the page isolated, so that threads work, and takes nothing away from anybody for it.

import { holdBack } from './support/hold-back';
import { controller, countLoads, expect, isIsolated, test, useEverything, whenKept } from './support/service-worker';

// visits of the whole page, several in each test
test.describe('on the first visit', () => {
  test.use({ firstVisit: true });

  test('a host without headers: one reload has the page isolated with threads, and training begins after it', async ({
    app,
    page,
    bareHost,
  }) => {
    const loads = countLoads(page);
    await page.goto(bareHost.url);
    await expect.poll(loads).toBe(2);
    expect(await isIsolated(page)).toBe(true);
    await app.waitForSteps(20);
    expect(loads()).toBe(2);
    await app.button('Pause').click();
    await app.openSettings();
    await expect(page.getByTestId('threads-now')).toContainText(/up to 2/i); // of which training may find that one is faster
    await whenKept(page);
    await page.reload();
    await app.ready();
    expect(await isIsolated(page)).toBe(true);
    expect(loads()).toBe(3);
  });

  test('a host without headers: training that has begun is not interrupted, the next visit is isolated', async ({
    app,
    page,
    bareHost,
  }) => {
    const loads = countLoads(page);
    const release = await holdBack(page, /assets\/offline-/);
    await page.goto(`${bareHost.url}#epochs=1000`); // training must not end before the service worker is there
    await app.waitForSteps(20);
    await expect(page.getByText('1 thread')).toBeVisible();
    release();
    await expect.poll(() => controller(page)).not.toBeNull();
    await app.waitForSteps((await app.figure('step')) + 20);
    expect(loads()).toBe(1);
    await page.reload();
    await expect(app.button('Train').or(app.button('Pause'))).toBeEnabled(); // if the run was saved, training goes on
    expect(await isIsolated(page)).toBe(true);
    expect(loads()).toBe(2);
  });
});

test('a host without headers: where the visitor has begun to do something the page is not reloaded, and says what would help', async ({
  app,
  page,
  bareHost,
}) => {
  const loads = countLoads(page);
  const release = await holdBack(page, /assets\/offline-/);
  await app.open(bareHost.url);
  await app.openSettings();
  release();
  await expect.poll(() => controller(page)).not.toBeNull();
  await whenKept(page);
  expect(loads()).toBe(1);
  await app.closeSettings();
  await app.openSettings();
  await expect(page.getByTestId('threads-now')).toContainText('Reload the page to have it isolated');
});

test('a host without headers: a tab that was reloaded once is not reloaded again, whatever happens', async ({
  app,
  page,
  bareHost,
}) => {
  const loads = countLoads(page);
  await page.goto(bareHost.url);
  await expect.poll(loads).toBe(2);
  await app.ready();
  expect(await isIsolated(page)).toBe(true);
  await whenKept(page); // the page registers its worker for the last time before that
  // the worker goes, so that the page is met once more as on a first visit
  await page.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
  });
  await page.reload();
  await app.ready();
  expect(await isIsolated(page)).toBe(false);
  await expect.poll(() => controller(page)).not.toBeNull();
  await whenKept(page);
  await app.stepOnce();
  expect(loads()).toBe(3);
});

test('a host without headers: the page gets the other headers too, and keeps to its policy', async ({
  app,
  page,
  bareHost,
}) => {
  const loads = countLoads(page);
  await page.goto(bareHost.url);
  await expect.poll(loads).toBe(2);
  await app.ready();
  await whenKept(page);
  const response = await page.reload();
  await app.ready();
  const policy = (await response!.allHeaders())['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  await page.evaluate(() => {
    const found: string[] = [];
    Object.assign(globalThis, { found });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      found.push(`${effectiveDirective} ${blockedURI}`),
    );
  });
  await useEverything(app, page);
  expect(await page.evaluate(() => (globalThis as unknown as { found: string[] }).found)).toEqual([]);
});
