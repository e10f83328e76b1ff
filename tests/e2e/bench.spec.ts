// SPDX-License-Identifier: MIT
//
// The benchmark's page: measures in this browser without any network, shows its figures beside the reference, can be stopped, fits
// phones and wide screens, and axe finds nothing.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function openBench(page: Page, site: string): Promise<void> {
  await page.goto(`${site}bench.html`);
  await expect(button(page, 'Run')).toBeEnabled();
}

/** Leaves only these networks chosen, on one thread. */
async function choose(page: Page, ...titles: string[]): Promise<void> {
  const boxes = page.getByRole('group', { name: 'Networks' }).getByRole('checkbox');
  for (const box of await boxes.all()) await box.uncheck();
  for (const title of titles) await page.getByRole('checkbox', { name: title }).check();
  await page.getByTestId('threads-picker').selectOption('1');
}

async function runBench(page: Page): Promise<void> {
  await button(page, 'Run').click();
  await expect(page.getByTestId('bench-status')).toHaveText('Done.');
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test('it measures training and a prediction, beside the reference, and asks the network for nothing', async ({
  app,
  page,
  sites,
}) => {
  await openBench(page, sites.bare);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await choose(page, 'TinyCNN', 'Sigmoid perceptron');
  await runBench(page);
  const here = page.getByTestId('result-tinycnn').getByRole('row', { name: 'Here, 1 thread' });
  const [imagesPerSecond, share] = await here.getByRole('cell').allInnerTexts();
  expect(Number(imagesPerSecond!.replaceAll(',', ''))).toBeGreaterThan(100);
  expect(share).toMatch(/^\d+ %$/);
  await expect(page.getByTestId('result-tinycnn').getByRole('row', { name: /^Reference, 1 thread/ })).toBeVisible();
  await expect(page.getByTestId('prediction-tinycnn')).toContainText(/takes [\d.]+ µs in the engine, [\d.]+ µs with/);
  await expect(page.getByTestId('result-sigmoid-mlp')).toBeVisible();
  await expect(page.getByTestId('result-lenet5')).toHaveCount(0);
  await expect(app.error).toHaveText('');
  expect(asked.filter((url) => !url.includes('/engine-'))).toEqual([]);
});

test('it is measured with every number of threads up to the chosen one', async ({ page, sites }) => {
  await openBench(page, sites.threaded);
  await choose(page, 'TinyCNN');
  await page.getByTestId('threads-picker').selectOption('2');
  await runBench(page);
  for (const threads of ['1 thread', '2 threads']) {
    await expect(page.getByRole('row', { name: `Here, ${threads}` })).toHaveCount(1);
  }
});

test('without isolation from other origins there is one thread to choose', async ({ page, sites }) => {
  await openBench(page, sites.notIsolated);
  expect(await page.getByTestId('threads-picker').locator('option').allInnerTexts()).toEqual(['1']);
});

test('it can be stopped and run again', async ({ page, sites }) => {
  await openBench(page, sites.bare);
  await choose(page, 'TinyCNN', 'LeNet-5');
  await button(page, 'Run').click();
  await expect(page.getByTestId('bench-status')).toContainText('Measuring');
  await button(page, 'Stop').click();
  await expect(button(page, 'Run')).toBeEnabled();
  await expect(page.getByRole('checkbox', { name: 'LeNet-5' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Wide' })).not.toBeChecked();
  await choose(page, 'TinyCNN');
  await runBench(page);
  await expect(page.getByTestId('result-tinycnn')).toBeVisible();
});

test('with no network chosen there is nothing to run', async ({ page, sites }) => {
  await openBench(page, sites.bare);
  await choose(page);
  await expect(button(page, 'Run')).toBeDisabled();
});

test("the main page's footer opens it in another tab, and it leads back", async ({ app, page, sites }) => {
  await app.open(sites.withData);
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: /Measure it/ }).click();
  const bench = await opened;
  await expect(bench.getByRole('heading', { level: 1 })).toHaveText('TinyCNN benchmark');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('TinyCNN');
  await bench.getByRole('link', { name: /Back to the network/ }).click();
  await expect(bench.getByRole('heading', { level: 1 })).toHaveText('TinyCNN');
});

test('nothing is wider than the window, from phones to wide screens', async ({ page, sites }) => {
  await openBench(page, sites.bare);
  await choose(page, 'TinyCNN', 'LeNet-5');
  await runBench(page);
  for (const width of [360, 390, 768, 1024, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await overflow(page), `at ${width} px`).toBeLessThanOrEqual(0);
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${colorScheme} theme, before and after`, async ({ page, sites }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openBench(page, sites.bare);
    expect(await axeViolations(page)).toEqual([]);
    await choose(page, 'TinyCNN');
    await runBench(page);
    expect(await axeViolations(page)).toEqual([]);
  });
}
