// SPDX-License-Identifier: MIT
//
// Training that stops when the loss on the validation set no longer falls, and goes back to the best epoch.

import { hashAt, note, savedAt, trainTo } from './support/kept';
import { expect, test } from './support/fixtures';
import type { TinyCnnPage } from './support/page';

/** So few images are soon learned by heart. */
const link = '#validation=0.2&trainingImages=200&epochs=1000';
const patience = 2;

interface End {
  epoch: number;
  step: number;
  hash: string;
}

/** Trains until the run is back at its best epoch. */
async function trainToBest(app: TinyCnnPage): Promise<End> {
  await app.button('Train').click();
  const back = /^The validation loss has not fallen for 2 epochs: back at epoch (\d+), the best one\.$/;
  await expect(note(app.page)).toHaveText(back);
  const epoch = Number(back.exec(await note(app.page).innerText())![1]);
  expect(await app.figure('epoch')).toBe(epoch);
  const step = await app.figure('step');
  return { epoch, step, hash: await hashAt(app, step) };
}

test('the rule is offered where a validation set is held out; else the settings say how to get one', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.openSettings();
  const option = page.getByTestId('stop-picker').locator('option[value=patience]');
  const about = page.getByTestId('stop-about');
  await expect(option).toHaveAttribute('disabled');
  await expect(about).toContainText('choose a validation set under “Data” below');
  await app.choose('validation-picker', '0.1');
  await expect(option).not.toHaveAttribute('disabled');
  await expect(about).toHaveCount(0);
  await app.stopAt('patience', 4);
  await expect(about).toContainText('the network of the best epoch is brought back');
  await expect(page).toHaveURL(/validation=0\.1.*stop=patience-4/);
  await app.choose('validation-picker', '0');
  await expect(about).toContainText('This rule needs a validation set');
});

test('training stops, goes back to the best epoch, and goes on from there as if nothing had been', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}${link}&stop=patience-${patience}`);
  const best = await trainToBest(app);
  await savedAt(app, best.step);
  await app.lookAtCurves();
  await expect(page.getByText(`epoch ${best.epoch} is the best so far`)).toBeAttached();
  await app.button('Next mistake').click();
  await expect(page.getByTestId('verdict')).toContainText('confident');
  expect(await trainToBest(app)).toEqual(best);
  const later = await trainTo(app, best.step + 30);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  expect(await trainTo(app, best.step)).toBe(best.hash);
  expect(await trainTo(app, best.step + 30)).toBe(later);
});

test('what it has seen so far outlasts a reload, and so does the best epoch', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}${link}&stop=patience-${patience}`);
  const best = await trainToBest(app);
  const stepsPerEpoch = best.step / best.epoch;
  const between = best.step + stepsPerEpoch + 2;
  await trainTo(app, between);
  await app.stopAt('patience', patience);
  await savedAt(app, between);
  await page.reload();
  await app.ready();
  await hashAt(app, between);
  expect(await trainToBest(app)).toEqual(best);
});
