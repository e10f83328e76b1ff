// SPDX-License-Identifier: MIT
//
// What tests of the service worker share: a host of its own for each test, what the browser keeps of it, and the use of all of the page.

import { expect, test as base } from './fixtures';
import { Host } from './host';
import { drawings } from './page';
import type { Page } from '@playwright/test';
import type { TinyCnnPage } from './page';

/** The caches that hold a whole version. */
const wholeCaches = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const whole = [];
    for (const name of await caches.keys()) {
      const marked = await (await caches.open(name)).match(new URL('whole', location.href));
      if (marked !== undefined) whole.push(name);
    }
    return whole;
  });

/** Waits until so many versions are kept as a whole, and nothing else; gives the names of their caches. */
export async function whenKept(page: Page, versions = 1): Promise<string[]> {
  await expect.poll(async () => (await wholeCaches(page)).length).toBe(versions);
  await expect.poll(async () => page.evaluate(async () => (await caches.keys()).length)).toBe(versions);
  return wholeCaches(page);
}

export const cacheNames = (page: Page): Promise<string[]> => page.evaluate(() => caches.keys());

/** The service worker that hands out the page's files, by its script; null where there is none. */
export const controller = (page: Page): Promise<string | null> =>
  page.evaluate(() => navigator.serviceWorker.controller?.scriptURL ?? null);

interface Fixtures {
  /** With the page's headers. */
  host: Host;
  /** Which sends no headers of ours, as GitHub Pages does. */
  bareHost: Host;
}

export const test = base.extend<Fixtures>({
  serviceWorkers: 'allow',
  host: async ({ sites }, use) => {
    const host = await Host.open(sites.threadedFolder);
    await use(host);
    await host.close();
  },
  bareHost: async ({ sites }, use) => {
    const host = await Host.open(sites.threadedFolder, {});
    await use(host);
    await host.close();
  },
});

export { expect };

export const isIsolated = (page: Page): Promise<boolean> => page.evaluate(() => crossOriginIsolated);
export const offer = (page: Page) => page.getByTestId('update');

/** How often the page has been loaded, from now on. Until it is reloaded by itself nothing may be asked of the page: what tests do there
 * counts as the visitor's doing. */
export function countLoads(page: Page): () => number {
  let loads = 0;
  page.on('domcontentloaded', () => ++loads);
  return () => loads;
}

/** A test of a host that sends the page's headers, and of one that sends none. */
export function onBothHosts(title: string, body: (app: TinyCnnPage, page: Page, host: Host) => Promise<void>): void {
  test(`${title} (host with headers)`, ({ app, page, host }) => body(app, page, host));
  test(`${title} (host without headers)`, ({ app, page, bareHost }) => body(app, page, bareHost));
}

/** Parts of the page, engine and network that are loaded when they are wanted. */
export async function useEverything(app: TinyCnnPage, page: Page): Promise<void> {
  await app.lookAtCurves();
  await app.lookAtMistakes();
  await app.openTab('Inside the network');
  await expect(page.getByRole('tabpanel').locator('canvas').first()).toBeVisible();
  await app.openSettings();
  await expect(page.getByLabel('Batch size', { exact: true })).toBeVisible();
  await app.closeSettings();
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  await expect(page.getByText('12,400 weights', { exact: true })).toBeVisible();
  await app.waitForFigure('step', (step) => step === 0);
  await app.stepOnce();
  await app.draw(drawings[7]!);
  await expect(app.prediction).toHaveText(/^\d$/);
  await expect(app.error).toHaveText('');
}
