// SPDX-License-Identifier: MIT
//
// The browser of the data: loaded when it is opened, it shows classes, samples, distortions and what is misread, by mouse and keyboard.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import { kTestCount, kTrainCount } from './support/sites';
import type { Locator, Page } from '@playwright/test';

const browser = (page: Page): Locator => page.getByTestId('data-browser');
const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name, exact: true });

const inkOf = (canvases: Locator): Promise<string[]> =>
  canvases.evaluateAll((all) =>
    all.map((canvas) => {
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 28, 28);
      return [...data].join();
    }),
  );

test('it is loaded when it is opened, not before', async ({ app, page, sites }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await app.open(sites.withData);
  expect(asked.filter((url) => url.includes('/browser-'))).toEqual([]);
  await app.button('Look at the data').click();
  await expect(browser(page)).toBeVisible();
  expect(asked.filter((url) => url.includes('/browser-')).length).toBeGreaterThan(0);
  await app.button('Close').click();
  await expect(browser(page)).toHaveCount(0);
});

test('every class has its mean image and its counts, which add up', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByTestId('validation-picker').selectOption('0.1');
  await app.button('Look at the data').click();
  const classes = browser(page).getByRole('listitem');
  await expect(classes).toHaveCount(10);
  const texts = await classes.allInnerTexts();
  const sum = (part: string): number =>
    texts.reduce((total, text) => total + Number(new RegExp(`(\\d+) ${part}`).exec(text)![1]), 0);
  expect(sum('train') + sum('validation')).toBe(kTrainCount);
  expect(sum('test')).toBe(kTestCount);
  expect(new Set(await inkOf(classes.locator('canvas'))).size).toBe(10);
});

test('samples are shown by class and part, a page at a time; a test image can be put at hand', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.button('Look at the data').click();
  await tab(page, 'Samples').click();
  await expect(browser(page)).toContainText(/1 to 40 of \d+/);
  const first = await inkOf(browser(page).locator('canvas'));
  expect(new Set(first).size).toBeGreaterThan(30);
  await app.button('After').click();
  await expect(browser(page)).toContainText(/41 to 80 of \d+/);
  expect(await inkOf(browser(page).locator('canvas'))).not.toEqual(first);
  await page.getByTestId('part-picker').selectOption('test');
  await page.getByTestId('class-picker').selectOption('7');
  await expect(
    browser(page)
      .getByRole('button', { name: /^7, number \d+$/ })
      .first(),
  ).toBeVisible();
  await browser(page)
    .getByRole('button', { name: /^7, number \d+$/ })
    .first()
    .click();
  await expect(page.getByText(/Test digit \d+, labelled 7\./)).toBeVisible();
});

test('a training image is shown as the recipe distorts it, each epoch another way', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.button('Look at the data').click();
  await tab(page, 'Samples').click();
  await browser(page)
    .getByRole('button', { name: /^0, number \d+$/ })
    .nth(2)
    .click();
  await expect(browser(page)).toContainText('never sees this digit');
  const versions = page.getByTestId('distorted-versions').locator('canvas');
  await expect(versions).toHaveCount(25);
  expect(new Set(await inkOf(versions)).size).toBeGreaterThan(20);
  await page.getByTestId('recipe-picker').selectOption('published');
  await expect(browser(page)).toContainText('as it is, in every epoch');
  await expect.poll(async () => new Set(await inkOf(versions)).size).toBe(1);
});

test('what is misread is counted by class, shown, and can be narrowed to one confusion', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.stepOnce();
  await app.button('Look at the data').click();
  await tab(page, 'Misread').click();
  const summary = browser(page).getByText(/misreads (\d+) of all 500 test digits/);
  await expect(summary).toBeVisible();
  const wrong = Number(/misreads (\d+)/.exec(await summary.innerText())![1]);
  const cells = page.getByTestId('confusion-matrix').getByRole('button');
  const counts = (await cells.allInnerTexts()).map(Number);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(wrong);
  const images = page.getByTestId('misread-images').getByRole('listitem');
  await expect(images).toHaveCount(Math.min(36, wrong));
  const cell = cells.first();
  const [label, read] = /^(\d) read as (\d)/.exec((await cell.getAttribute('aria-label'))!)!.slice(1);
  await cell.click();
  await expect(images).toHaveCount(Math.min(36, counts[0]!));
  for (const text of await images.allInnerTexts()) expect(text).toContain(`${label} → ${read}`);
  await images.first().getByRole('button').click();
  await expect(page.getByText(new RegExp(`Test digit \\d+, labelled ${label}\\.`))).toBeVisible();
  await expect(page.getByTestId('prediction')).toHaveText(read!);
});

test('it is used by keyboard alone, axe finds nothing in any tab, and nothing is too wide for a phone', async ({
  app,
  page,
  sites,
}) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await app.open(sites.withData);
  await app.stepOnce();
  await app.button('Look at the data').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'The digits of MNIST' })).toBeFocused();
  await page.keyboard.press('Tab');
  for (const name of ['Classes', 'Samples', 'Distorted', 'Misread']) {
    await expect(tab(page, name)).toBeFocused();
    await expect(browser(page).locator('canvas').first()).toBeVisible();
    expect(await axeViolations(page), name).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.keyboard.press('ArrowRight');
  }
  await expect(tab(page, 'Classes')).toBeFocused();
});

test('another data set or network is what it shows from then on', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.button('Look at the data').click();
  await tab(page, 'Misread').click();
  await expect(browser(page)).toContainText('At step 0');
  await app.stepOnce();
  await app.button('Read them again').click();
  await expect(browser(page)).toContainText('At step 1');
  await page.getByTestId('model-picker').selectOption('lenet5');
  await expect(browser(page)).toContainText('At step 0');
});
