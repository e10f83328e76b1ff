// SPDX-License-Identifier: MIT
//
// While it trains, the page answers at once: predictions come within 100 ms and nothing holds the main thread.

import { expect, test } from './support/fixtures';

const kTries = 9;

test('while it trains, a first touch of the pad is read in under 100 ms', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.button('Train').click();
  await app.waitForSteps(100);
  const box = (await app.pad.boundingBox())!;
  await page.evaluate(() => {
    const pad = document.querySelector('[aria-label="Draw a digit"]')!;
    const prediction = document.querySelector('[data-testid="prediction"]')!;
    const times: number[] = [];
    let touched = 0;
    pad.addEventListener('pointerdown', (event) => (touched = event.timeStamp));
    const observer = new MutationObserver(() => {
      if (prediction.textContent !== '' && touched > 0) {
        times.push(performance.now() - touched);
        touched = 0;
      }
    });
    observer.observe(prediction, { childList: true, characterData: true, subtree: true });
    Object.assign(globalThis, { times });
  });
  const times = (): Promise<number[]> => page.evaluate(() => (globalThis as unknown as { times: number[] }).times);
  for (let i = 0; i < kTries; ++i) {
    await app.button('Clear').click();
    await expect(app.prediction).toHaveText('');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await expect.poll(async () => (await times()).length).toBe(i + 1);
    await page.mouse.up();
  }
  const sorted = (await times()).toSorted((a, b) => a - b);
  await expect(app.button('Pause')).toBeVisible();
  // the machine may stop everything for a moment, so the slowest is left out
  expect(sorted[kTries - 2]!, sorted.map((time) => time.toFixed(0)).join(' ')).toBeLessThan(100);
});

test('while it trains and draws, no task holds the main thread for long', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.button('Train').click();
  await app.waitForSteps(100);
  await page.evaluate(() => {
    const tasks: number[] = [];
    const frames = { count: 0 };
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    const frame = (): void => {
      ++frames.count;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(globalThis, { tasks, frames });
  });
  const read = () =>
    page.evaluate(() => globalThis as unknown as { tasks: number[]; frames: { count: number } }).catch(() => null);
  await app.waitForFigure('epoch', (epoch) => epoch >= 3);
  await page.waitForFunction(() => (globalThis as unknown as { frames: { count: number } }).frames.count >= 120);
  const seen = await read();
  expect(seen?.tasks.filter((duration) => duration > 100)).toEqual([]);
  expect(seen?.tasks.length, `long tasks: ${String(seen?.tasks)}`).toBeLessThanOrEqual(2);
});
