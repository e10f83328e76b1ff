// SPDX-License-Identifier: MIT
//
// What a channel responds to, in words: beside the channel that is pointed at, focused or pressed for long, and in the opened channel.

import { expect, test } from './support/fixtures';

test.beforeEach(async ({ app, sites }) => {
  await app.open(sites.withData);
  await expect(app.prediction).toHaveText(/^\d$/); // what stands above the network does not change any more
});

const channel = '[data-unit="conv1/1"]';
const described = /^(Responds to|No simple pattern)/;

test('a channel that is pointed at shows its kernel and a sentence, and so does the opened one', async ({
  app,
  page,
}) => {
  const peek = page.getByTestId('kernel-peek');
  await page.locator(channel).hover();
  await expect(peek).toContainText('conv1, channel 2 of 4. Not trained yet: its weights are random.');
  await expect(peek.locator('canvas')).toHaveCount(1);
  await app.trainEpochs(1);
  await page.locator(channel).hover();
  await expect(peek).toContainText(/channel 2 of 4\. (Responds to|No simple pattern)/);
  const said = (await peek.locator('p').innerText()).replace('conv1, channel 2 of 4. ', '');
  await page.locator(channel).click();
  await expect(peek).toHaveCount(0);
  await expect(page.getByTestId('kernel-sentence')).toHaveText(said);
});

test('what comes after a convolution is described by its kernel, of several inputs by the one that matters most', async ({
  page,
}) => {
  await page.locator('[data-unit="relu1/0"]').hover();
  await expect(page.getByTestId('kernel-peek')).toContainText('relu1, channel 1 of 4, after conv1.');
  await page.locator('[data-unit="conv2/3"]').hover();
  await expect(page.getByTestId('kernel-peek')).toContainText(
    /conv2, channel 4 of 4\. .*(Mostly reads channel \d of relu1|combines 4 channels of relu1)/,
  );
  await expect(page.getByTestId('kernel-peek').locator('canvas')).toHaveCount(4);
});

test('nothing moves from under the pointer while the kernel of a channel comes', async ({ app, page }) => {
  await app.choose('model-picker', 'wide-593k');
  const unit = page.locator('[data-unit="conv4/31"]');
  await unit.hover({ trial: true }); // waits until it stands still
  await unit.evaluate((element) => {
    const places = new Set<number>();
    Object.assign(window, { places: () => [...places] });
    const look = (): void => {
      places.add(element.getBoundingClientRect().top);
      requestAnimationFrame(look);
    };
    look();
  });
  await unit.hover();
  await expect(page.getByTestId('kernel-peek')).toContainText('conv4, channel 32 of 256');
  expect(await page.evaluate(() => (window as unknown as { places: () => number[] }).places())).toHaveLength(1);
});

test('by keyboard it describes the focused channel, and Escape puts it away', async ({ page }) => {
  await page.locator('[data-unit="conv1/0"]').focus();
  const peek = page.getByTestId('kernel-peek');
  await expect(peek).toContainText('conv1, channel 1 of 4');
  await expect(page.locator('[data-unit="conv1/0"]')).toHaveAttribute('aria-describedby', 'kernel-peek');
  await page.keyboard.press('ArrowDown');
  await expect(peek).toContainText('conv1, channel 2 of 4');
  await page.keyboard.press('Escape');
  await expect(peek).toHaveCount(0);
});

test('an opened channel says what it responds to, whatever way it was opened', async ({ page }) => {
  await page.locator(channel).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('kernel-sentence')).toHaveText(described);
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('a long press shows it and opens nothing, a short one opens the channel', async ({ page }) => {
    const unit = page.locator(channel);
    await unit.scrollIntoViewIfNeeded();
    const box = (await unit.boundingBox())!;
    const touch = await page.context().newCDPSession(page);
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await expect(page.getByTestId('kernel-peek')).toContainText('conv1, channel 2 of 4');
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect(page.getByTestId('kernel-sentence')).toHaveCount(0);
    await unit.tap();
    await expect(page.getByTestId('kernel-sentence')).toBeVisible();
  });
});
