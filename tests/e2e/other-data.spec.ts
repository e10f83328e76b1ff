// SPDX-License-Identifier: MIT
//
// Data with other classes in the place of those at hand: whatever is looked at is fitted to them, and data that cannot be used leave page
// and worker with those that they had.

import { zipSync } from 'fflate';
import { greyPng } from '../support/png.mjs';
import { diskFile, drawings } from './support/page';
import { expect, test } from './support/fixtures';
import type { DiskFile } from './support/page';

/** Images of three classes, each a bar at another height, as files by their paths. */
function threeClasses(perClass: number, folder = ''): Record<string, Uint8Array> {
  const tree: Record<string, Uint8Array> = {};
  for (const [label, name] of ['apple', 'bee', 'cup'].entries()) {
    for (let i = 0; i < perClass; ++i) {
      const grey = new Uint8Array(28 * 28);
      grey.fill(255, 28 * (5 + 8 * label), 28 * (8 + 8 * label + (i % 2)));
      tree[`${folder}${name}/${i}.png`] = greyPng(grey, 28, 28);
    }
  }
  return tree;
}

const zipped = (tree: Record<string, Uint8Array>): DiskFile => diskFile('things.zip', zipSync(tree));

test('a probability that is opened for a class which the new data do not have gives way to the network', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#open=softmax.8&class=7&taken=7-8`);
  await expect(page.getByTestId('detail')).toHaveAttribute('aria-label', /^softmax, unit 8/);
  await app.dropFiles([zipped(threeClasses(12))]);
  await expect(app.data).toContainText('3 classes');
  await expect(page.getByTestId('detail')).toHaveCount(0);
  await expect(page.getByTestId('activation-conv1')).toBeVisible();
  await expect(page.getByText('could not be shown')).toHaveCount(0);
  await expect(page).toHaveURL((url) => !/open=|class=|taken=/.test(url.hash));
  await page.getByRole('button', { name: /^softmax/ }).click();
  await expect(page.getByTestId('detail')).toHaveAttribute('aria-label', /^softmax, unit \d of 3/);
});

test('a drawing stays on the network, read as one of the new classes', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await expect(app.prediction).toHaveText(/^\d$/); // the test digit that the page begins with
  await app.draw([
    [
      [0.2, 0.5],
      [0.8, 0.5],
    ],
  ]);
  await app.whenRead();
  await app.dropFiles([zipped(threeClasses(12))]);
  await expect(app.data).toContainText('3 classes');
  await expect(app.prediction).toHaveText(/^(apple|bee|cup)$/);
  await page.getByRole('button', { name: /^softmax/ }).click();
  await expect(page.getByTestId('detail')).toHaveAttribute('aria-label', /^softmax, unit \d of 3/);
});

test('data of which nothing can be held out, though that is set, change nothing', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#validation=0.1`);
  await app.stepOnce();
  await app.dropFiles([zipped({ ...threeClasses(1, 'set/train/'), ...threeClasses(1, 'set/test/') })]);
  await expect(app.error).toContainText('at least two images');
  await expect(app.data).toContainText('2,700 training digits');
  await app.button('Dismiss').click();
  await app.button('Next test digit').click();
  await expect(page.getByText(/Test digit \d+, labelled \d\./)).toBeVisible();
  await app.button('Look at the data').click();
  await expect(page.getByTestId('data-browser').getByRole('listitem')).toHaveCount(10);
  await app.stepOnce();
  expect(await app.text('step')).toBe('2');
  await app.choose('recipe-picker', 'published');
  await app.waitForFigure('step', (step) => step === 0);
  await app.stepOnce();
});

test('data of other things say what their classes are; nobody is asked for a digit, nor can keep a drawing as one', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await expect(app.prediction).toHaveText(/^\d$/); // the test digit that the page begins with
  await app.draw(drawings[7]!);
  await expect(page.getByLabel('Label of the drawing')).toBeVisible();
  await app.button('Clear').click();
  await app.dropFiles([zipped(threeClasses(12))]);
  await expect(app.data).toContainText('3 classes');
  const pad = page.getByLabel('Draw something', { exact: true });
  await expect(pad).toBeVisible();
  await expect(app.prediction).toHaveText(/apple|bee|cup/); // the test image that comes with the data
  await app.button('Clear').click();
  await expect(page.locator('.pad-hint')).toHaveText('This network knows only: apple, bee, cup.');
  await expect(page.getByText('drawings seldom look like the images it was trained on')).toBeVisible();
  await expect(page.getByText(/draw a digit/i)).toHaveCount(0);
  const box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + 60, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 160, box.y + 160, { steps: 4 });
  await page.mouse.up();
  await expect(app.prediction).toHaveText(/apple|bee|cup/);
  await expect(page.getByLabel('Label of the drawing')).toHaveCount(0);
});
