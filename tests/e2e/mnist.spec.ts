// SPDX-License-Identifier: MIT
//
// The real thing: what TinyCNN reaches on MNIST in the browser. Needs MNIST_DIR with the four gzip files.

import { drawings } from './support/page';
import { expect, test } from './support/fixtures';

test.beforeEach(async ({ app, sites }) => {
  test.skip(sites.mnist === null, 'MNIST_DIR does not name a folder with the four MNIST files');
  await app.open(sites.mnist!);
  await expect(app.data).toContainText('60,000 training digits, 10,000 test digits');
});

test('the recommended recipe reads at least 97.5 % of the test digits after one epoch, and all ten drawn digits', async ({
  app,
}) => {
  expect(await app.trainEpochs(1, 120_000)).toBeGreaterThanOrEqual(97.5);
  for (const [digit, strokes] of Object.entries(drawings)) {
    await app.button('Clear').click();
    await app.draw(strokes);
    await expect(app.prediction, `a drawn ${digit}`).toHaveText(digit);
  }
});

test('the published recipe reads at least 96 % of the test digits after one epoch, and 98 % within ten', async ({
  app,
}) => {
  await app.choose('recipe-picker', 'published');
  await app.waitForFigure('step', (step) => step === 0);
  expect(await app.trainEpochs(1, 120_000)).toBeGreaterThanOrEqual(96);
  await app.button('Train').click();
  await app.waitForFigure('test-accuracy', (accuracy) => accuracy >= 98, 150_000);
  expect(await app.figure('epoch')).toBeLessThanOrEqual(10);
});
