// SPDX-License-Identifier: MIT
//
// A worker that dies, silently or with a bang: the page says so, starts another one from the last snapshot, and stays usable.

import { drawings } from './support/page';
import { expect, test } from './support/fixtures';
import type { TinyCnnPage } from './support/page';
import type { Page } from '@playwright/test';

/** The page's own worker; an engine with threads has workers below it. */
const engineWorker = (page: Page) => page.workers().find((worker) => worker.url().includes('/assets/main-'))!;

async function trainAWhile(app: TinyCnnPage): Promise<number> {
  await app.button('Train').click();
  await app.waitForSteps(100);
  await app.button('Pause').click();
  await expect(app.button('Train')).toBeVisible();
  return app.figure('step');
}

async function expectUsable(app: TinyCnnPage, from: number): Promise<void> {
  await expect(app.error).toContainText('lost', { timeout: 30_000 });
  await expect(app.error).toContainText(`step ${from}`);
  expect(await app.figure('step')).toBe(from);
  await app.button('Dismiss').click();
  await app.button('Train').click();
  await app.waitForSteps(from + 1);
  await app.draw(drawings[7]!);
  await expect(app.prediction).toHaveText(/^\d$/);
}

test('a worker that ends silently is replaced, and training goes on from the last snapshot', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  const step = await trainAWhile(app);
  await engineWorker(page).evaluate(() => {
    (globalThis as unknown as { close: () => void }).close();
  });
  await expectUsable(app, step);
});

test('a worker that crashes is replaced at once', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  const step = await trainAWhile(app);
  await engineWorker(page).evaluate(() => {
    setTimeout(() => {
      throw new Error('the test breaks the worker');
    });
  });
  await expect(app.error).toContainText('the test breaks the worker');
  await expectUsable(app, step);
});

test('a worker that dies while the data are on their way is replaced, and the data come after all', async ({
  app,
  page,
  sites,
}) => {
  sites.mirrors[0].manner = 'stalls half-way';
  sites.mirrors[1].manner = 'good';
  await page.goto(sites.bare);
  await expect(app.data).toContainText('Getting the digits');
  await engineWorker(page).evaluate(() => {
    setTimeout(() => {
      throw new Error('the test breaks the worker');
    });
  });
  await expect(app.error).toContainText('the test breaks the worker');
  sites.mirrors[0].manner = 'missing';
  await app.ready();
  await app.stepOnce();
});

test('what was learned is what comes back: the next step after a restart is the one it would have been', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  const losses: string[] = [];
  for (let i = 0; i < 6; ++i) losses.push(await app.stepOnce());
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  for (let i = 0; i < 3; ++i) expect(await app.stepOnce()).toBe(losses[i]);
  await engineWorker(page).evaluate(() => {
    setTimeout(() => {
      throw new Error('the test breaks the worker');
    });
  });
  await expect(app.error).toContainText('step 3');
  for (let i = 3; i < 6; ++i) expect(await app.stepOnce()).toBe(losses[i]);
});
