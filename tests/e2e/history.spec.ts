// SPDX-License-Identifier: MIT
//
// Back and Forward: they lead into and out of an opened channel and through the article, and never touch the run; nothing on the page
// leads away from a run.

import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';

const unit = (page: Page, name: string) => page.locator(`[data-unit="${name}"]`);

test('Back leads out of an opened channel to the network, and Forward into it again', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.stepOnce();
  const entries = await page.evaluate(() => history.length);
  await unit(page, 'conv1/1').click();
  await expect(page.getByTestId('detail')).toBeVisible();
  await expect(page).toHaveURL(/open=conv1\.2/);
  const scrolled = await page.evaluate(() => {
    scrollBy(0, 50);
    return scrollY;
  });
  await page.goBack();
  await expect(page.getByTestId('detail')).toHaveCount(0);
  await expect(page).not.toHaveURL(/open=/);
  await expect(unit(page, 'conv1/1')).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);
  await page.goForward();
  await expect(page.getByTestId('detail')).toHaveAttribute('aria-label', 'conv1, channel 2 of 4');
  for (let i = 0; i < 3; ++i) {
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('detail')).toHaveCount(0);
    await expect(unit(page, 'conv1/1')).toBeFocused();
    await expect.poll(() => page.evaluate(() => location.hash)).not.toContain('open=');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('detail')).toBeVisible();
  }
  expect(await page.evaluate(() => history.length)).toBe(entries + 1);
  expect(await app.text('step')).toBe('1');
});

test('an entry whose channel another network does not have shows that network', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await unit(page, 'conv2/2').click();
  await expect(page.getByTestId('detail')).toBeVisible();
  await page.getByTestId('model-picker').selectOption('lenet5');
  await expect(page.getByTestId('detail')).toHaveCount(0);
  await app.stepOnce();
  await page.goForward();
  await expect(page.getByTestId('model-picker')).toHaveValue('lenet5');
  expect(await app.text('step')).toBe('1');
});

test('Back after a link within the page leaves the run and its settings alone', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#seed=5`);
  await page.getByRole('link', { name: 'How it works' }).click();
  await page.getByRole('link', { name: 'Convolution' }).click();
  await expect(page.locator('#how-convolution')).toBeInViewport();
  await page.getByTestId('model-picker').selectOption('lenet5');
  await app.button('New seed').click();
  await expect(page.getByTestId('seed')).not.toHaveText('5');
  await app.stepOnce();
  const seed = await app.text('seed');
  for (let i = 0; i < 2; ++i) {
    await page.goBack();
    await expect(page).toHaveURL(new RegExp(`model=lenet5.*seed=${seed}|seed=${seed}.*model=lenet5`));
  }
  await expect(page.getByTestId('model-picker')).toHaveValue('lenet5');
  expect(await app.text('seed')).toBe(seed);
  expect(await app.text('step')).toBe('1');
});

test('a link that is typed into the address is followed, and Back from it leaves the new run alone', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await page.evaluate(() => (location.hash = '#seed=3'));
  await expect(page.getByTestId('seed')).toHaveText('3');
  await app.stepOnce();
  await page.goBack();
  await expect(page).toHaveURL(/seed=3/);
  expect(await app.text('step')).toBe('1');
});

test('links that lead elsewhere leave the run in its tab', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.stepOnce();
  const opened = page.waitForEvent('popup');
  await page.getByRole('link', { name: /Measure it/ }).click();
  await expect((await opened).getByRole('heading', { name: 'TinyCNN benchmark' })).toBeVisible();
  expect(await app.text('step')).toBe('1');
  await page.getByRole('link', { name: 'How it works' }).click();
  await expect(page.locator('#how-further')).toBeAttached();
  const leaving = page.locator('a:not([href^="#"]):not([target="_blank"])');
  await expect(leaving).toHaveCount(0);
});
