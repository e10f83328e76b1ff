// SPDX-License-Identifier: MIT
//
// Comparing runs: one is kept, a setting is changed, and both are seen: curves on the same axes, and both answers to a drawing.

import { expect, test } from './support/fixtures';
import { drawings } from './support/page';
import { differences } from '../../web/src/state/comparison';
import type { RunSettings } from '../../web/src/shared/protocol';

const settings: RunSettings = { model: 'tinycnn', recipe: 'recommended', seed: 1, validation: 0, changes: {} };

test('what is set otherwise is said in words', () => {
  expect(differences(settings, settings)).toEqual([]);
  const changes = { learningRate: 0.0123456, trainingImages: 100, wrongLabels: 0.2 };
  expect(differences(settings, { ...settings, seed: 2, changes })).toEqual([
    'seed 2 instead of 1',
    'learning rate 0.012 instead of as in the recipe',
    'training images 100 instead of all',
    'wrong labels 20 % instead of none',
  ]);
});

test('a run is kept, the next one is drawn over it, and both answer to a drawing', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.lookAtCurves();
  const keep = app.button('Keep this run to compare');
  await expect(keep).toBeDisabled();
  await app.trainEpochs(1);
  await app.draw(drawings[7]!);
  await app.whenRead();
  const before = await app.prediction.innerText();
  await expect(page.getByTestId('ghost-answer')).toHaveCount(0);
  await keep.click();
  const kept = page.getByTestId('ghost-answer');
  await expect(kept).toContainText(`Kept run: ${before}`);
  await expect(page.getByTestId('comparison')).toContainText('The same settings. Change one of them and train.');

  await app.openSettings();
  const rate = page.getByLabel('Learning rate', { exact: true });
  await rate.fill('0.001');
  await rate.press('Enter');
  const seed = page.getByLabel('Seed', { exact: true });
  await seed.fill('5');
  await seed.press('Enter');
  await app.waitForFigure('step', (step) => step === 0);
  await app.closeSettings();
  await expect(page.getByTestId('verdict')).toHaveText('Untrained: just guessing');
  await expect(kept, 'it answers as it did').toContainText(`Kept run: ${before}`);
  await expect(page.getByTestId('comparison')).toContainText(
    'Now: seed 5 instead of 1; learning rate 0.001 instead of as in the recipe.',
  );
  await app.trainEpochs(1);
  await expect(page.getByTestId('comparison')).toContainText(/Kept run: \d+\.\d\d % of .*; this run: \d+\.\d\d %/);
  const curve = page.getByRole('region', { name: 'Loss' }).getByRole('slider');
  await curve.focus();
  await page.keyboard.press('End');
  await expect(curve).toHaveAttribute('aria-valuetext', /training \d\.\d{4}, test \d\.\d{4}, kept: steps .*kept: test/);

  await app.button('Forget the kept run').click();
  await expect(kept).toHaveCount(0);
});
