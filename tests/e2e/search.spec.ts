// SPDX-License-Identifier: MIT
//
// The tab of searches as a person uses it: a learning rate is found and taken, a sweep is begun, paused, gone on with after a reload, and
// what it found is put on the page. On synthetic digits.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import type { Locator, Page } from '@playwright/test';
import type { TinyCnnPage } from './support/page';

async function openSearch(app: TinyCnnPage, url: string): Promise<void> {
  await app.open(url);
  await app.openTab('Search');
  await expect(app.page.getByTestId('sweep')).toBeVisible();
}

const status = (page: Page): Locator => page.getByTestId('sweep-status');

/** Small enough for a test: two settings with two values each. */
async function chooseOwn(page: Page, first: string, second: string | null): Promise<void> {
  await page.getByTestId('sweep-kind').selectOption('own');
  await page.getByLabel('Values of learning rate').fill(first);
  if (second === null) await page.getByTestId('vary-second').selectOption('');
  else await page.getByLabel('Values of batch size').fill(second);
}

test('a learning rate is found without touching the network, and one click trains with it', async ({
  app,
  page,
  sites,
}) => {
  await openSearch(app, sites.withData);
  const hash = page.getByTestId('weights-hash');
  await expect(hash).toHaveText(/^[0-9a-f]{16}$/);
  const before = await hash.innerText();
  await page.getByTestId('find-rate').click();
  const suggested = page.getByTestId('suggested-rate');
  await expect(suggested).toHaveText(/^\d/);
  await expect(hash).toHaveText(before);
  await expect(page.getByTestId('lr-finder').getByRole('img')).toHaveAccessibleName(/is suggested$/);
  const rate = await suggested.innerText();
  expect(Number(rate)).toBeGreaterThan(1e-5);
  expect(Number(rate)).toBeLessThan(1);
  await page.getByTestId('use-rate').click();
  await app.openSettings();
  await expect(page.getByLabel('Learning rate', { exact: true })).toHaveValue(rate);
});

test('a sweep tries every combination, and its best settings train on the page', async ({ app, page, sites }) => {
  await openSearch(app, sites.withData);
  await chooseOwn(page, '0.00001, 0.005', '16, 32');
  await page.getByTestId('halving').uncheck();
  await page.getByTestId('start-sweep').click();
  await expect(status(page)).toContainText('Done: 4 of 4 networks tried');
  const cells = page.getByTestId('heat-map').locator('td');
  await expect(cells).toHaveCount(4);
  for (const text of await cells.allInnerTexts()) expect(text).toMatch(/^\d+\.\d\d %$/);
  const [best] = await page.getByTestId('ranking').locator('tbody tr').all();
  await expect(best!.locator('td').first()).toHaveText('0.005');
  await best!.getByRole('button', { name: 'Use settings' }).click();
  await app.openSettings();
  await expect(page.getByLabel('Learning rate', { exact: true })).toHaveValue('0.005');
});

test('the network of a trial comes onto the page as it was trained', async ({ app, page, sites }) => {
  await openSearch(app, sites.withData);
  await page.getByTestId('sweep-kind').selectOption('own');
  await page.getByTestId('vary-first').selectOption('model.neurons');
  await page.getByLabel('Values of neurons in each').fill('12, 16');
  await page.getByTestId('vary-second').selectOption('');
  await page.getByTestId('halving').uncheck();
  await page.getByTestId('start-sweep').click();
  await expect(status(page)).toContainText('Done');
  const row = page.getByTestId('ranking').locator('tbody tr').first();
  const parameters = await row.locator('td').nth(4).innerText();
  await row.getByRole('button', { name: 'Use network' }).click();
  await expect(page.getByText(`${parameters} weights`, { exact: true })).toBeVisible();
  await expect(page.getByTestId('model-picker').locator('option:checked')).toHaveText(
    /^Fully connected networks: neurons/,
  );
  await expect(app.error).toHaveText('');
});

test('paused and loaded anew it goes on from what was found, and ends as it would have', async ({
  app,
  page,
  sites,
}) => {
  await openSearch(app, sites.withData);
  await chooseOwn(page, '0.001, 0.002, 0.004, 0.008', '16, 32');
  await page.getByTestId('start-sweep').click();
  // in the page: the sweep may be over before a click from here arrives
  await page.waitForFunction(() => {
    const said = document.querySelector('[data-testid="sweep-status"]')?.textContent ?? '';
    const pause = document.querySelector<HTMLElement>('[data-testid="pause-sweep"]');
    if (pause === null || !/: [1-9]\d* of 8 networks tried/.test(said)) return false;
    pause.click();
    return true;
  });
  await expect(status(page)).toContainText('Paused');
  const found = await page.getByTestId('ranking').locator('tbody tr').count();
  expect(found).toBeGreaterThan(0);
  await page.reload();
  await app.ready();
  await app.openTab('Search');
  await expect(page.getByTestId('ranking').locator('tbody tr')).toHaveCount(found);
  await page.getByTestId('continue-sweep').click();
  await expect(status(page)).toContainText('Done: 8 of 8 networks tried');
  await expect(page.getByTestId('rungs')).toHaveAccessibleName(/8 after .* 3 after .* 1 after/);
  await page.getByTestId('forget-sweep').click();
  await expect(status(page)).toHaveCount(0);
  await page.reload();
  await app.ready();
  await app.openTab('Search');
  await expect(page.getByTestId('start-sweep')).toBeVisible();
  await expect(status(page)).toHaveCount(0);
});

test('what makes no sweep is answered by a sentence, and loses nothing', async ({ app, page, sites }) => {
  await openSearch(app, sites.withData);
  await chooseOwn(page, '0.001, quick', null);
  await page.getByTestId('start-sweep').click();
  await expect(page.getByRole('alert').filter({ hasText: 'Learning rate: “quick” is not a number.' })).toBeVisible();
  await expect(status(page)).toHaveCount(0);
  await page.getByLabel('Values of learning rate').fill('5000, 10000');
  await page.getByTestId('halving').uncheck();
  await page.getByTestId('start-sweep').click();
  await expect(status(page)).toContainText('Done: 2 of 2');
  await expect(page.getByTestId('ranking')).toContainText(/\d/);
});

test('where the engines cannot be loaded the search says so, and tries again when asked', async ({
  app,
  page,
  sites,
}) => {
  await openSearch(app, sites.withData);
  const workers = /\/assets\/search-worker-/;
  await page.route(workers, (route) => route.fulfill({ status: 404 }));
  await page.getByTestId('find-rate').click();
  await expect(page.getByTestId('lr-finder').getByRole('alert')).toContainText('Check your internet connection');
  await page.unroute(workers);
  await page.getByTestId('find-rate').click();
  await expect(page.getByTestId('suggested-rate')).toHaveText(/^\d/);
});

for (const [width, colorScheme] of [
  [390, 'light'],
  [1366, 'dark'],
] as const) {
  test(`axe finds nothing, and nothing is wider than ${width} px (${colorScheme})`, async ({ app, page, sites }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await openSearch(app, sites.withData);
    await chooseOwn(page, '0.001, 0.01', '16, 32');
    await page.getByTestId('start-sweep').click();
    await page.getByTestId('find-rate').click();
    await expect(page.getByTestId('suggested-rate')).toHaveText(/^\d/);
    await expect(status(page)).toContainText('Done');
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
