// SPDX-License-Identifier: MIT
//
// What the network finds alike: test images in a plane, and the current input among them. On synthetic digits.

import { expect, test } from './support/fixtures';
import { drawings } from './support/page';

test('test images lie by what the network finds alike, each can be seen, and the input is among its own', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.trainEpochs(2);
  await app.openTab('Inside the network');
  const plane = page.getByTestId('embedding');
  await plane.scrollIntoViewIfNeeded();
  await expect(page.getByText(/test digits at step/)).toBeVisible();
  await plane.focus();
  await page.keyboard.press('ArrowRight');
  await expect(plane).toHaveAttribute('aria-valuetext', /^Test digit \d[\d,]*: \d$/);
  const first = await plane.getAttribute('aria-valuetext');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(plane).not.toHaveAttribute('aria-valuetext', first!);
  await expect(page.locator('.embedding-image canvas')).toBeVisible();
  await app.draw(drawings[1]!);
  await expect(app.prediction).toHaveText(/^\d$/);
  const read = await app.prediction.innerText();
  await plane.scrollIntoViewIfNeeded();
  await expect(page.getByTestId('neighbours')).toContainText(`nearest to: `);
  await expect(async () => {
    const names = (await page.getByTestId('neighbours').innerText()).split(': ')[1]!.split(', ');
    expect(names).toHaveLength(5);
    expect(names.filter((name) => name === read).length).toBeGreaterThanOrEqual(3);
  }).toPass();
});
