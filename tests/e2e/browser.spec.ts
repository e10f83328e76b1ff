// SPDX-License-Identifier: MIT
//
// The browser of the data: loaded when it is opened, it shows classes, samples, augmentations and what is misread, by mouse and keyboard.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import { testCount, trainCount } from './support/sites';
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
  await app.choose('validation-picker', '0.1');
  await expect(page.getByTestId('validation-accuracy')).toBeVisible(); // the run with it is there
  await app.button('Look at the data').click();
  const classes = browser(page).getByRole('listitem');
  await expect(classes).toHaveCount(10);
  const texts = await classes.allInnerTexts();
  const sum = (part: string): number =>
    texts.reduce((total, text) => total + Number(new RegExp(`(\\d+) ${part}`).exec(text)![1]), 0);
  expect(sum('train') + sum('validation')).toBe(trainCount);
  expect(sum('test')).toBe(testCount);
  await expect.poll(async () => new Set(await inkOf(classes.locator('canvas'))).size).toBe(10);
});

test('samples are shown by class and part, a page at a time; a test image can be put on the network', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.button('Look at the data').click();
  await tab(page, 'Samples').click();
  await expect(browser(page)).toContainText(/1 to 40 of \d+/);
  let first: string[] = [];
  await expect
    .poll(async () => new Set((first = await inkOf(browser(page).locator('canvas')))).size)
    .toBeGreaterThan(30);
  await app.button('Next').click();
  await expect(browser(page)).toContainText(/41 to 80 of \d+/);
  expect(await inkOf(browser(page).locator('canvas'))).not.toEqual(first);
  await page.getByTestId('part-picker').selectOption('test');
  await page.getByTestId('class-picker').selectOption('7');
  await expect(browser(page)).toContainText('Choose an image to send it through the network.');
  await browser(page)
    .getByRole('button', { name: /^7, number \d+$/ })
    .first()
    .click();
  await expect(page.getByText(/Test digit \d+, labelled 7\./)).toBeVisible();
});

test('a part and a class that are chosen at once both hold', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.button('Look at the data').click();
  await tab(page, 'Samples').click();
  await expect(browser(page)).toContainText(/1 to 40 of \d+/);
  await app.changeAtOnce({ '[data-testid=part-picker]': 'test', '[data-testid=class-picker]': '7' });
  await expect(browser(page).getByRole('list', { name: 'digits of class 7' })).toBeVisible();
  await expect(browser(page)).toContainText('Choose an image to send it through the network.');
  await expect(page.getByTestId('part-picker')).toHaveValue('test');
  await expect(page.getByTestId('class-picker')).toHaveValue('7');
});

test('a training image is shown as the recipe augments it, each epoch another way', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.button('Look at the data').click();
  await tab(page, 'Samples').click();
  const sample = browser(page)
    .getByRole('button', { name: /^0, number \d+$/ })
    .nth(2);
  const [, number] = /number (\d+)/.exec((await sample.getAttribute('aria-label'))!)!;
  await sample.click();
  await expect(browser(page)).toContainText(`Training digit ${number}, 0`);
  await expect(browser(page)).toContainText('in each epoch the network sees another version of it');
  const versions = page.getByTestId('augmented-versions').locator('canvas');
  await expect(versions).toHaveCount(25);
  await expect.poll(async () => new Set(await inkOf(versions)).size).toBeGreaterThan(20);
  await app.choose('recipe-picker', 'published');
  await expect(browser(page)).toContainText('sees it unchanged in every epoch');
  await expect.poll(async () => new Set(await inkOf(versions)).size).toBe(1);
});

test('what the last test misread can be looked through by class, and read again', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.choose('recipe-picker', 'published');
  await app.trainEpochs(1);
  await app.button('Look at the data').click();
  await tab(page, 'Samples').click();
  await page.getByTestId('part-picker').selectOption('misclassified');
  await expect(browser(page)).toContainText('predicted in the last test');
  // it trains on, so that another test may come between
  await expect(async () => {
    let found = 0;
    for (let label = 0; label < 10; ++label) {
      await page.getByTestId('class-picker').selectOption(String(label));
      await expect(page.getByTestId('class-picker')).toHaveValue(String(label));
      const images = browser(page).getByRole('button', { name: new RegExp(`: ${label}, number`) });
      await expect(browser(page).getByRole('list', { name: `digits of class ${label}`, exact: true })).toBeAttached();
      await expect(browser(page)).toContainText(/none|of \d+/);
      found += await images.count();
      for (const text of await images.allInnerTexts()) expect(text.trim()).not.toBe(`→ ${label}`);
    }
    const accuracy = await app.figure('test-accuracy');
    expect(found).toBe(Math.round(testCount * (1 - accuracy / 100)));
  }).toPass();
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
  await expect(page.getByRole('heading', { name: 'Training and test data: MNIST' })).toBeFocused();
  await page.keyboard.press('Tab');
  for (const name of ['Classes', 'Samples', 'Augmented']) {
    await expect(tab(page, name)).toBeFocused();
    await expect(browser(page).locator('canvas').first()).toBeVisible();
    expect(await axeViolations(page), name).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.keyboard.press('ArrowRight');
  }
  await expect(tab(page, 'Classes')).toBeFocused();
});

test('another data set is what it shows from then on', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.button('Look at the data').click();
  await expect(browser(page).getByRole('heading')).toHaveText('Training and test data: MNIST');
  await tab(page, 'Samples').click();
  await expect(browser(page)).toContainText(/1 to 40 of/);
  const before = await inkOf(browser(page).locator('canvas'));
  await page.getByTestId('dataset-picker').selectOption({ label: 'Synthetic digits' });
  await expect(browser(page).getByRole('heading')).toHaveText('Training and test data: Synthetic digits');
  await expect(browser(page)).toContainText(/1 to 40 of [4-8],\d\d\d/);
  expect(await inkOf(browser(page).locator('canvas'))).not.toEqual(before);
});
