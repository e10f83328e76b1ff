// SPDX-License-Identifier: MIT
//
// The pad: what is drawn by mouse, pen and touch is read at once, before, during and after training.

import { drawings } from './support/page';
import { expect, test } from './support/fixtures';

const classes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

test.beforeEach(async ({ app, sites }) => {
  await app.open(sites.withData);
  await expect(app.prediction).toHaveText(/^\d$/); // the first test digit, which is there a moment after the data
});

test('ten probabilities that add up to one stand beside a drawn digit, and the largest is the prediction', async ({
  app,
}) => {
  await app.draw(drawings[7]!);
  await app.whenRead(); // the whole drawing has been classified
  await expect(app.prediction).toHaveText(/^\d$/);
  const shares = await Promise.all(classes.map((digit) => app.figure(`probability-${digit}`)));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(99);
  expect(shares.indexOf(Math.max(...shares))).toBe(Number(await app.text('prediction')));
});

test('a drawn digit reaches every layer as the prepared 28x28 image', async ({ app, page }) => {
  await app.button('Clear').click();
  const empty = await app.pictures('input');
  await app.draw(drawings[3]!);
  await expect.poll(() => app.pictures('input')).not.toBe(empty);
  await expect(page.getByText('Your drawing, scaled and centred')).toBeVisible();
});

test('Clear leaves an empty pad and no prediction', async ({ app }) => {
  await app.draw(drawings[0]!);
  await expect(app.prediction).toHaveText(/^\d$/);
  await app.button('Clear').click();
  await expect(app.prediction).toHaveText('');
  const ink = await app.pad.evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    return canvas
      .getContext('2d')!
      .getImageData(0, 0, canvas.width, canvas.height)
      .data.some((value) => value > 0);
  });
  expect(ink).toBe(false);
});

test('after some epochs drawn digits are understood', async ({ app }) => {
  expect(await app.trainEpochs(4)).toBeGreaterThan(90);
  for (const digit of ['0', '1', '7']) {
    await app.button('Clear').click();
    await app.draw(drawings[digit]!);
    await expect(app.prediction, `a drawn ${digit}`).toHaveText(digit);
  }
});

test('a second finger does not break the stroke of the first', async ({ app }) => {
  const strokes = await app.pad.evaluate((canvas) => {
    const box = canvas.getBoundingClientRect();
    canvas.setPointerCapture = () => undefined;
    const send = (type: string, pointerId: number, x: number, y: number): void => {
      const at = { clientX: box.left + x * box.width, clientY: box.top + y * box.height };
      canvas.dispatchEvent(new PointerEvent(type, { pointerId, pointerType: 'touch', bubbles: true, ...at }));
    };
    send('pointerdown', 1, 0.5, 0.2);
    send('pointermove', 1, 0.5, 0.4);
    send('pointerdown', 2, 0.9, 0.9);
    send('pointermove', 2, 0.95, 0.95);
    send('pointerup', 2, 0.95, 0.95);
    send('pointermove', 1, 0.5, 0.7);
    send('pointerup', 1, 0.5, 0.7);
    return getComputedStyle(canvas).touchAction;
  });
  expect(strokes).toBe('none');
  await expect(app.prediction).toHaveText(/^\d$/);
  const inked = (x: number, y: number): Promise<boolean> =>
    app.pad.evaluate(
      (element, [u, v]) => {
        const canvas = element as HTMLCanvasElement;
        return canvas.getContext('2d')!.getImageData(u * canvas.width, v * canvas.height, 1, 1).data[3]! > 0;
      },
      [x, y] as const,
    );
  await expect.poll(() => inked(0.5, 0.6), { message: 'the first finger draws on' }).toBe(true);
  expect(await inked(0.92, 0.92), 'the second draws nothing').toBe(false);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true });

  test('a finger draws a vertical stroke instead of scrolling the page', async ({ app, page }) => {
    // A test that ends after a pause would change the text above the pad, and with it where the pad is.
    await app.stopAt('epoch', 4);
    await app.button('Train').click();
    await expect(page.getByTestId('run-note')).toHaveText(/^Stopped after epoch 4/);
    expect(await app.figure('test-accuracy')).toBeGreaterThan(90);
    await app.pad.scrollIntoViewIfNeeded();
    const scrolled = await page.evaluate(() => scrollY);
    const box = (await app.pad.boundingBox())!;
    const touch = await page.context().newCDPSession(page);
    const at = (y: number) => [{ x: box.x + box.width / 2, y: box.y + y * box.height }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0.15) });
    for (let y = 0.2; y < 0.86; y += 0.05) {
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(y) });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect(app.prediction).toHaveText('1');
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
  });
});
