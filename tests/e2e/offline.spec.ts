// SPDX-License-Identifier: MIT
//
// Without a network everything works that worked before, and where the service worker fails, is refused or is switched off, the page works as
// if there were none.

import { renameSync, writeFileSync } from 'node:fs';
import {
  cacheNames,
  countLoads,
  expect,
  isIsolated,
  onBothHosts,
  test,
  useEverything,
  whenKept,
} from './support/service-worker';

// visits of the whole page, several in each test
test('after one visit everything works without a network: data, threads, every part, and the benchmark', async ({
  app,
  page,
  context,
  host,
}) => {
  await app.open(`${host.url}#stop=epoch-1000`);
  await whenKept(page);
  await host.stop();
  await context.setOffline(true);
  await page.reload();
  await app.ready();
  await expect(app.data).toContainText("from this browser's storage");
  expect(await isIsolated(page)).toBe(true);
  await expect(page.getByText('2 threads')).toBeVisible(); // training may find that one is faster
  await app.button('Train').click();
  await app.waitForSteps(20);
  await app.button('Pause').click();
  await useEverything(app, page);
  await page.goto(`${host.url}bench.html`);
  await expect(app.button('Run')).toBeEnabled();
  await page.goto(`${host.url}index.html?some#model=lenet5`);
  await app.ready();
  await expect(page.getByTestId('model-picker')).toHaveValue('lenet5');
});

test('what was not loaded yet is there when the network goes away in the middle of the first visit', async ({
  app,
  page,
  context,
  host,
}) => {
  await app.open(host.url);
  await whenKept(page);
  await host.stop();
  await context.setOffline(true);
  await useEverything(app, page);
});

test.describe('on the first visit', () => {
  test.use({ firstVisit: true });

  test('nothing of this is loaded before the page has trained and read a digit, then everything is kept', async ({
    app,
    page,
    host,
  }) => {
    await page.addInitScript(() => {
      const look = (): void => {
        const step = Number(document.querySelector('[data-testid=step]')?.textContent);
        const digit = document.querySelector('[data-testid=prediction]')?.textContent ?? '';
        if (step > 0 && /^\d$/.test(digit)) performance.mark('read while training');
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await page.goto(host.url);
    await whenKept(page);
    const { read, asked } = await page.evaluate(() => ({
      read: performance.getEntriesByName('read while training')[0]!.startTime,
      asked: performance.getEntriesByType('resource').find(({ name }) => name.includes('/offline-'))!.startTime,
    }));
    expect(asked).toBeGreaterThan(read);
    const paths = host.sent.map(({ path }) => path);
    const first = paths.findIndex((path) => path.includes('/offline-'));
    const rest = /service-worker|icon|webmanifest|bench\.html/;
    expect(paths.slice(0, first).filter((path) => rest.test(path))).toEqual([]);
    expect(await app.figure('step')).toBeGreaterThan(0);
  });
});

test('where one file cannot be had nothing is kept and the page works; the next visit keeps the rest', async ({
  app,
  page,
  host,
}) => {
  const missing = host.asset('curves');
  renameSync(host.at(missing), host.at('aside'));
  await app.open(host.url);
  await expect.poll(() => cacheNames(page)).toHaveLength(1);
  await app.stepOnce();
  await expect(app.error).toHaveText('');
  // a host, or a café's network, that answers everything with a page
  writeFileSync(host.at(missing), '<!doctype html><title>Please sign in</title>');
  await page.reload();
  await app.ready();
  await app.lookAtMistakes();
  await app.stepOnce();
  await expect.poll(() => host.sent.map(({ path }) => path)).toContain(`/${missing}`);
  await host.stop();
  expect(await page.reload().catch(() => 'there is no page')).toBe('there is no page');
  await expect(page).toHaveURL(/^chrome-error:/);
  await host.start();
  renameSync(host.at('aside'), host.at(missing));
  await app.open(host.url);
  await whenKept(page);
  await host.stop();
  await page.reload();
  await app.ready();
});

onBothHosts('one file switches the service worker off', async (app, page, host) => {
  await page.goto(host.url);
  await app.ready();
  await whenKept(page);
  host.switchOff();
  await page.reload();
  await app.ready();
  await expect.poll(() => cacheNames(page)).toEqual([]);
  await app.lookAtCurves();
  const registered = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  await expect.poll(registered).toBe(0);
  const loads = countLoads(page);
  for (let visits = 1; visits <= 2; ++visits) {
    const response = await page.reload();
    expect(response!.fromServiceWorker()).toBe(false);
    await app.ready();
    await app.stepOnce();
    expect(await isIsolated(page)).toBe(host.sendsHeaders);
    expect(loads()).toBe(visits);
  }
  expect(await cacheNames(page)).toEqual([]);
});

for (const [what, refuse] of [
  [
    'does not know service workers',
    () => {
      Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
    },
  ],
  [
    'refuses the service worker',
    () => {
      ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('denied', 'SecurityError'));
    },
  ],
  [
    'keeps nothing for the tab',
    () => {
      Object.defineProperty(globalThis, 'sessionStorage', {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    },
  ],
] as const) {
  onBothHosts(`nothing breaks in a browser that ${what}`, async (app, page, host) => {
    await page.addInitScript(refuse);
    const loads = countLoads(page);
    await app.open(host.url);
    await useEverything(app, page);
    expect(loads()).toBe(1);
  });
}

test('where the browser has no room for it the page works all the same', async ({ app, page, context, host }) => {
  const session = await context.newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(host.url).origin, quotaSize: 300_000 });
  await app.open(host.url);
  await expect.poll(() => host.sent.map(({ path }) => path)).toContain('/app.webmanifest');
  await expect.poll(() => cacheNames(page), 'what room there is stays for data').toEqual([]);
  await app.trainEpochs(1);
  await useEverything(app, page);
  await page.reload();
  await app.ready();
  await app.stepOnce();
});
