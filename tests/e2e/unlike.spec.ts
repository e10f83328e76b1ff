// SPDX-License-Identifier: MIT
//
// A drawing that is unlike all training images is marked as such: the network itself only knows its classes.

import { drawings } from './support/page';
import { expect, test } from './support/fixtures';
import type { Point } from './support/page';

/** Strokes up and down and across: no digit. */
const scribble: readonly (readonly Point[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7].map((i): Point => [0.15 + 0.1 * i, i % 2 === 0 ? 0.15 : 0.85]),
  [0, 1, 2, 3, 4, 5, 6, 7].map((i): Point => [i % 2 === 0 ? 0.15 : 0.85, 0.15 + 0.1 * i]),
];

test('a scribble is marked once the network has been tested, also in words for screen readers; a test digit never', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  const verdict = page.getByTestId('verdict');
  await expect(app.prediction).toHaveText(/^\d$/); // the first test digit, which is there a moment after the data
  await app.draw(scribble);
  await expect(verdict).toHaveText('Untrained: just guessing');
  await app.trainEpochs(2);
  await expect(verdict).toHaveText('Unlike anything it was trained on');
  await app.button('Clear').click();
  await app.draw(scribble);
  await expect(verdict).toHaveAttribute('title', /^More unusual to the network than \d+ % of its training digits\./);
  await expect(page.getByTestId('spoken-answer')).toContainText('Unlike anything it was trained on');
  await page.getByRole('button', { name: 'Next test digit' }).click();
  await expect(verdict).toHaveText(/^\d+ % confident, (and correct|but the label is \d)$/);
  await app.button('Clear').click();
  await app.button('Rewind').click();
  await app.draw(scribble);
  await expect(verdict).toHaveText('Untrained: just guessing');
});

test('on MNIST the ten digits are not marked, a scribble is', async ({ app, page, sites }) => {
  test.skip(sites.mnist === null, 'MNIST_DIR does not name a folder with the four MNIST files');
  await app.open(sites.mnist!);
  await app.trainEpochs(1, 120_000);
  const verdict = page.getByTestId('verdict');
  await app.draw(scribble);
  await expect(verdict).toHaveText('Unlike anything it was trained on');
  let marked = 0;
  for (const strokes of Object.values(drawings)) {
    await app.button('Clear').click();
    await app.draw(strokes);
    await app.whenRead();
    if ((await verdict.innerText()).startsWith('Unlike')) ++marked;
  }
  expect(marked, 'one false alarm in twenty is accepted').toBeLessThanOrEqual(1);
});
