// SPDX-License-Identifier: MIT
//
// A run that goes on but does not learn is noticed and explained, with a way out. On synthetic digits.

import { expect, test } from './support/fixtures';

test('a learning rate that kills the ReLUs is noticed, explained and left behind', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#learningRate=0.1&epochs=200`);
  await app.button('Train').click();
  await expect(app.error).toContainText(
    'The network does not learn: its loss stays near 2.30, the loss of guessing (ln 10).',
  );
  await page.getByText('Why, and what to do').click();
  await expect(app.error.getByText('Rewind and train with a lower learning rate, such as 0.01.')).toBeVisible();
  await expect(app.error).toContainText(/Dead ReLUs: \d+ of the \d+ (units|channels) of relu\d/);
  await expect(app.button('Pause'), 'training goes on').toBeVisible();
  await app.button('Restart with learning rate 0.01').click();
  await app.waitForFigure('step', (step) => step === 0);
  await expect(app.error).toHaveText('');
  await expect(page).toHaveURL(/learningRate=0\.01/);
  await app.trainEpochs(2);
  await expect(app.error).toHaveText('');
});

test('a notice that is dismissed stays away until the run is another one', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#learningRate=0.1&epochs=200`);
  await app.button('Train').click();
  await expect(page.getByTestId('notice-stuck')).toBeVisible();
  await app.button('Dismiss').click();
  await app.waitForSteps((await app.figure('step')) + 200);
  await expect(app.error).toHaveText('');
});
