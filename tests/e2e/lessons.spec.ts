// SPDX-License-Identifier: MIT
//
// Lessons that a class can do on the page: overfitting, wrong labels. The settings of each are in the link.

import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';
import type { TinyCnnPage } from './support/page';

async function set(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(value);
  await field.press('Enter');
}

/** Trains until the recipe ends; gives what the page says of the training and of the test images then, in percent. */
async function trained(app: TinyCnnPage, page: Page): Promise<{ training: number; tested: number }> {
  await app.button('Train').click();
  await expect(page.getByTestId('headline')).toContainText(/[Ff]inished/, { timeout: 120_000 });
  return { training: await app.figure('train-accuracy'), tested: await app.figure('test-accuracy') };
}

test('overfitting: a network that memorizes 100 images is bad at new ones, with augmentation it is better', async ({
  app,
  page,
  sites,
}) => {
  test.skip(sites.mnist === null, 'MNIST_DIR does not name a folder with the four MNIST files');
  await app.open(sites.mnist!);
  await app.openSettings();
  await set(page, 'Training images', '100');
  await expect(app.data).toContainText('100 training digits');
  await page.getByLabel('Data augmentation', { exact: true }).selectOption('none');
  await app.waitForFigure('step', (step) => step === 0);
  const without = await trained(app, page);
  expect(without.training).toBe(100);
  expect(without.tested).toBeLessThan(85);
  await page.getByLabel('Data augmentation', { exact: true }).selectOption('recipe');
  await app.waitForFigure('step', (step) => step === 0);
  const augmented = await trained(app, page);
  expect(augmented.tested).toBeGreaterThan(without.tested + 3);
  expect(page.url()).toContain('trainingImages=100');
});

test('the experiments are in the link, restart training, and go back to the recipe', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#trainingImages=200&wrongLabels=0.3`);
  await expect(app.data).toContainText('200 training digits');
  await app.openSettings();
  await expect(page.getByLabel('Wrong labels in %', { exact: true })).toHaveValue('30');
  await app.stepOnce();
  await set(page, 'Synthetic digits in %', '0');
  await app.waitForFigure('step', (step) => step === 0);
  await expect(page).toHaveURL(/synthetic=0/);
  await page.getByRole('button', { name: /^Back to the recipe/ }).click();
  await expect(app.data).toContainText('3,000 training digits');
  await expect(page.getByLabel('Wrong labels in %', { exact: true })).toHaveValue('0');
  await expect(page).not.toHaveURL(/trainingImages/);
});

test('epochs of few images are not all tested, but the last one is', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#trainingImages=100&augmentation=none&epochs=20`);
  await trained(app, page);
  expect(await app.figure('epoch')).toBe(20);
  expect(await app.figure('test-accuracy')).toBeGreaterThan(0);
});
