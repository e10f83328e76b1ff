// SPDX-License-Identifier: MIT
//
// The page fits its window from phones to wide screens, can be used by keyboard, and axe finds nothing, in both themes.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';

const testIds = [
  ...['step', 'epoch', 'seed', 'train-loss', 'train-accuracy', 'test-accuracy', 'throughput', 'prediction'],
  ...['data-progress', 'model-picker', 'dataset-picker', 'error'],
  ...Array.from({ length: 10 }, (_, digit) => `probability-${digit}`),
];

test('every name and test id that people and programs rely on is there once', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  for (const id of testIds) await expect(page.getByTestId(id), id).toHaveCount(1);
  for (const name of ['Train', 'Step', 'Rewind', 'New seed', 'Clear']) await expect(app.button(name)).toBeVisible();
  await expect(app.pad).toBeVisible();
  expect(await app.pad.evaluate((element) => element.tagName)).toBe('CANVAS');
});

for (const width of [360, 390, 768, 1024, 1280, 1920]) {
  test(`nothing is wider than a window of ${width} px, also while it trains`, async ({ app, page, sites }) => {
    await page.setViewportSize({ width, height: 800 });
    await app.open(sites.withData);
    const overflow = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await app.trainEpochs(1);
    expect(await overflow()).toBeLessThanOrEqual(0);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${colorScheme} theme`, async ({ app, page, sites }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.open(sites.withData);
    await app.trainEpochs(1);
    const violations = await axeViolations(page);
    expect(violations).toEqual([]);
  });
}

test('the bar and the test digits can be used by keyboard alone', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#epochs=1000`); // or training could end before the second Enter, which would start it again
  await app.button('Train').focus();
  await page.keyboard.press('Enter');
  await app.waitForSteps(20);
  await page.keyboard.press('Enter');
  await expect(app.button('Train')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(app.button('Step')).toBeFocused();
  const step = await app.figure('step');
  await page.keyboard.press('Space');
  await app.waitForFigure('step', (value) => value === step + 1);
});

test('from 1100 px the open drawer stands beside everything else and covers nothing', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.openSettings();
  await expect(page.getByTestId('recipe-picker')).toBeVisible(); // with its styles
  for (const width of [1100, 1200, 1280, 1349, 1350, 1366, 1499, 1500, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const drawer = (await page.locator('#settings').boundingBox())!;
    for (const part of ['.masthead', '.story', '.input-panel', '.network-panel', '.output-panel']) {
      const box = (await page.locator(part).boundingBox())!;
      expect(box.x + box.width, `${part} at ${width} px`).toBeLessThanOrEqual(drawer.x);
    }
    const words = (await page.locator('.figures').boundingBox())!;
    const story = (await page.locator('.story').boundingBox())!;
    expect(words.x + words.width, `figures at ${width} px`).toBeLessThanOrEqual(story.x + story.width);
  }
});
