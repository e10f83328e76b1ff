// SPDX-License-Identifier: MIT
//
// What has to hold in every browser, in Firefox: threads, the same weights as in Chromium, a run that outlasts the page, and a service
// worker that does not stand in the way of the next visit.

import { chromium } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { hashAt, note, savedAt } from './support/kept';
import { TinyCnnPage } from './support/page';
import type { Page } from '@playwright/test';

const goal = 250;
const stop = `stop=step-${goal}`;

/** Trains to where the address says; the hash of the weights there. */
async function train(app: TinyCnnPage): Promise<string> {
  await app.button('Train').click();
  await app.waitForFigure('step', (step) => step === goal);
  return hashAt(app, goal);
}

/** What Chromium trains to. */
async function hashInChromium(url: string): Promise<string> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ serviceWorkers: 'block' });
    await page.addInitScript(() => {
      localStorage.setItem('tinycnn-visited', 'yes');
    });
    const app = new TinyCnnPage(page);
    await app.open(url);
    return await train(app);
  } finally {
    await browser.close();
  }
}

const isKeptOffline = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return registration?.active?.state === 'activated' && navigator.serviceWorker.controller !== null;
  });

test('it trains with threads, to the weights that Chromium trains to', async ({ app, page, sites }) => {
  const url = `${sites.withData}#seed=6&model=lenet5&${stop}`;
  await app.open(url);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await train(app)).toBe(await hashInChromium(url));
});

test('the run is back after a reload, also once the service worker keeps the page', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#seed=4&${stop}`);
  const hash = await train(app);
  await savedAt(app, goal);
  await expect.poll(() => isKeptOffline(page)).toBe(true);
  for (let load = 0; load < 2; ++load) {
    await page.reload();
    await app.ready();
    await expect(note(page)).toHaveText(/^Back at step 250, where you left off\./);
    expect(await hashAt(app, goal)).toBe(hash);
  }
});
