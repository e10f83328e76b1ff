// SPDX-License-Identifier: MIT
//
// The article: loaded when somebody comes near, with the figures of the network at hand, and passages that lead to the live parts of the
// page and back. On synthetic digits.

import { readFileSync } from 'node:fs';
import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import type { Locator, Page } from '@playwright/test';

const article = (page: Page): Locator => page.getByRole('article');
const passage = (page: Page, text: string | RegExp): Locator => article(page).getByRole('button', { name: text });
const light = (page: Page): Locator => page.getByTestId('spotlight');

async function openArticle(page: Page): Promise<void> {
  await article(page).scrollIntoViewIfNeeded();
  await expect(page.locator('#how-image')).toBeVisible();
}

/** Whether the light lies around this part, and both can be seen. */
async function expectLit(page: Page, part: Locator): Promise<void> {
  await expect(async () => {
    const [ring, box] = [(await light(page).boundingBox())!, (await part.boundingBox())!];
    for (const side of ['x', 'y'] as const) expect(Math.abs(ring[side] + 5 - box[side])).toBeLessThan(3);
    expect(box.y).toBeLessThan(page.viewportSize()!.height);
    expect(box.y + box.height).toBeGreaterThan(0);
  }).toPass();
}

test('it is loaded when somebody comes near, not before', async ({ app, page, sites }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.setViewportSize({ width: 390, height: 700 });
  await app.open(sites.withData);
  expect(asked.filter((url) => url.includes('/article-'))).toEqual([]);
  await openArticle(page);
  expect(asked.filter((url) => url.includes('/article-')).length).toBeGreaterThan(0);
});

test('a link to one of its sections leads there, and leaves the settings in the address', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#how-gradient`);
  await expect(page.getByRole('heading', { name: 'The gradient: which way is down?' })).toBeInViewport();
  await page.evaluate(() => (location.hash = '#seed=3'));
  await expect.poll(() => app.text('seed')).toBe('3');
  await article(page).getByRole('link', { name: 'Limits' }).click();
  await expect(page.getByRole('heading', { name: 'What the network cannot do' })).toBeInViewport();
  await expect(page).toHaveURL(/#seed=3$/);
  expect(await app.text('seed')).toBe('3');
  await page.getByRole('link', { name: 'How it works' }).click();
  await expect(page.getByRole('heading', { name: 'How a small neural network learns' })).toBeInViewport();
  await expect(page).toHaveURL(/#seed=3$/);
});

test('its figures are those of the network on the page', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await openArticle(page);
  await expect(article(page)).toContainText('TinyCNN is a neural network');
  await expect(article(page)).toContainText('18,982 adjustable numbers');
  await expect(page.locator('#how-convolution')).toContainText('conv1, has 4 filters with kernels of 3×3');
  await expect(page.locator('#how-batches')).toContainText('So far the network has taken');
  await app.trainEpochs(1);
  await expect(app.button('Train')).toBeVisible();
  await expect(async () => {
    const step = (await app.figure('step')).toLocaleString('en-US');
    await expect(page.locator('#how-batches')).toContainText(`${step} steps`, { timeout: 500 });
    const tested = `in the last test it was ${await app.text('test-accuracy')}.`;
    await expect(page.locator('#how-test')).toContainText(tested, { timeout: 500 });
  }).toPass();
  await page.getByTestId('model-picker').selectOption('sigmoid-mlp');
  await expect(article(page)).toContainText('Sigmoid perceptron is a neural network');
  await expect(page.locator('#how-convolution')).toContainText('has no convolution');
  await expect(page.locator('#how-pooling')).toHaveCount(0);
  await expect(page.locator('#how-activation')).toContainText('sigmoid1 is the first of them here.');
  await expect(page.locator('#how-loss')).toContainText('the squared error');
});

test('a passage has the first convolution played, lights it up, and leads back', async ({ app, page, sites }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.open(sites.withData);
  await openArticle(page);
  const from = passage(page, 'Watch the kernel move over the picture cell by cell.');
  await from.click();
  const detail = page.getByTestId('detail');
  await expect(detail).toHaveAttribute('aria-label', 'conv1, channel 1 of 4');
  await expect(app.button('Pause the window')).toBeVisible();
  await expectLit(page, detail);
  await expect(detail.locator(':focus')).toHaveCount(1);
  await app.button('Back to the text').click();
  await expect(from).toBeFocused();
  await expect(from).toBeInViewport();
  await expect(app.button('Back to the text')).toHaveCount(0);
});

test('by keyboard too, passages open settings, switch the scale, take a step and look backwards', async ({
  app,
  page,
  sites,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.open(sites.withData);
  await openArticle(page);
  const press = async (text: string | RegExp): Promise<void> => {
    await passage(page, text).first().focus();
    await page.keyboard.press('Enter');
  };
  await press('Change the learning rate');
  await expect(page.getByLabel('Learning rate', { exact: true })).toBeFocused();
  await expectLit(page, page.locator('[data-setting="learning-rate"]'));
  await press('on a logarithmic scale');
  await expect(page.getByRole('button', { name: 'Log scale' })).toHaveAttribute('aria-pressed', 'true');
  await expectLit(page, page.getByRole('region', { name: 'Loss', exact: true }));
  await press('Take a single step');
  await app.waitForFigure('step', (step) => step === 1);
  await press('Look at gradients');
  await expect(page.getByTestId('detail-kernel-gradient')).toBeVisible();
  await press('each picture');
  await expect(page.getByTestId('range-picker')).toHaveValue('unit');
  await press('See the augmented versions of one image.');
  await expectLit(page, page.getByTestId('augmentation-preview').locator('..'));
  await press('See the steps');
  await expect(page.locator('.preparation')).toHaveAttribute('open');
  await expect(app.prediction).toHaveText(/^\d$/);
});

test('every passage leads to a part of the page, of every kind of network', async ({ app, page, sites }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.open(sites.withData);
  await app.trainEpochs(1);
  await openArticle(page);
  for (const model of ['tinycnn', 'sigmoid-mlp', 'residual-8k']) {
    const picker = page.getByTestId('model-picker');
    await picker.selectOption(model);
    // the article speaks of the network that is trained
    await expect(article(page)).toContainText(
      `${await picker.locator(`option[value="${model}"]`).innerText()} is a neural network`,
    );
    await app.waitForFigure('step', (step) => step === 0);
    const passages = article(page).locator('.point');
    const count = await passages.count();
    expect(count).toBeGreaterThan(20);
    for (let i = 0; i < count; ++i) {
      const place = (await passages.nth(i).getAttribute('data-place'))!;
      await passages.nth(i).focus();
      await page.keyboard.press('Enter');
      await expect(light(page), `${model}: ${place}`).toHaveAttribute('data-place', place);
      await expect(light(page)).toBeInViewport();
      await page.keyboard.press('Escape');
    }
  }
  await expect(app.error).toHaveText('');
});

test('pointing at a passage lights its part up where that is in sight, and not beyond', async ({
  app,
  page,
  sites,
}) => {
  await page.setViewportSize({ width: 1280, height: 3600 });
  await app.open(sites.withData);
  await openArticle(page);
  await page.evaluate(() => {
    scrollTo(0, 0);
  });
  await passage(page, 'The network receives nothing else.').hover();
  await expectLit(page, page.locator('.prepared'));
  await page.mouse.move(5, 5);
  await expect(light(page)).toHaveCount(0);
  await page.setViewportSize({ width: 1280, height: 700 });
  await passage(page, 'The network receives nothing else.').hover();
  await expect(light(page)).toHaveCount(0);
});

test('what it says of pen digits is what was measured', () => {
  const document = readFileSync(new URL('../../docs/handwriting.md', import.meta.url), 'utf8');
  const text = readFileSync(new URL('../../web/src/features/article/here.tsx', import.meta.url), 'utf8');
  const said = Number(/penDigitsOfHundred = (\d+);/.exec(text)![1]);
  const measured = [...document.matchAll(/^\| MNIST and digits made here(?:, on the page)? *\| ([\d.]+) % of/gm)].map(
    ([, share]) => Number(share),
  );
  expect(measured.length).toBe(2);
  for (const share of measured) expect(Math.abs(share - said), `${share} % is about ${said} of 100`).toBeLessThan(0.5);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the article in the ${colorScheme} theme, and nothing is too wide`, async ({
    app,
    page,
    sites,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.open(sites.withData);
    await openArticle(page);
    expect(await axeViolations(page)).toEqual([]);
    for (const width of [360, 390, 768, 1024]) {
      await page.setViewportSize({ width, height: 800 });
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await expect.poll(overflow, { message: `${width} px` }).toBeLessThanOrEqual(0);
    }
  });
}
