// SPDX-License-Identifier: MIT
//
// What the network finds alike: test images in a plane, and the current input among them. On synthetic digits.

import { expect, test } from './support/fixtures';
import { drawings } from './support/page';
import { grouped } from '../../web/src/shared/format';
import type { TinyCnnPage } from './support/page';

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
  await app.whenRead();
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

/** The canvas as it is drawn. */
const picture = (app: TinyCnnPage): Promise<string> =>
  app.page.locator('[data-testid="embedding"] canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

async function arrangedByUmap({ page }: TinyCnnPage): Promise<void> {
  await page.getByTestId('embedding').scrollIntoViewIfNeeded();
  await expect(page.getByText(/test digits at step/)).toBeVisible();
  await page.getByTestId('embedding-way').selectOption('umap');
  await expect(page.getByText(/as they were to the network at step/)).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Arranging by UMAP' })).toHaveCount(0);
}

test('UMAP arranges the test images of one step, anew when that is asked for, and PCA comes back', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.trainEpochs(1);
  await app.openTab('Inside the network');
  await arrangedByUmap(app);
  const arranged = await picture(app);
  const step = grouped(await app.figure('step'));
  await expect(page.getByText(`as they were to the network at step ${step}.`)).toBeVisible();
  await page.getByTestId('embedding').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('embedding')).toHaveAttribute('aria-valuetext', /^Test digit \d[\d,]*: \d$/);
  await app.trainEpochs(1);
  await page.getByTestId('embedding').scrollIntoViewIfNeeded();
  await expect(page.getByText(`as they were to the network at step ${step}.`)).toBeVisible();
  await page.getByRole('button', { name: 'Arrange anew' }).click();
  const later = grouped(await app.figure('step'));
  await expect(page.getByText(`as they were to the network at step ${later}.`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Arrange anew' })).toHaveCount(0);
  await page.getByTestId('embedding-way').selectOption('pca');
  await expect(page.getByText(/test digits at step/)).toBeVisible();
  await expect.poll(() => picture(app)).not.toBe(arranged);
});

test('what UMAP had arranged of another network is arranged anew of the one that takes its place', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.stepOnce();
  await app.openTab('Inside the network');
  await arrangedByUmap(app);
  await expect(page.getByText('as they were to the network at step 1.')).toBeVisible();
  await app.choose('model-picker', 'lenet5');
  await page.getByTestId('embedding').scrollIntoViewIfNeeded();
  await expect(page.getByText('as they were to the network at step 0.')).toBeVisible();
});

test('where all digits are the same to the network it says so, and arranges them once they are not', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#learningRate=0.1&epochs=200`); // which kills the ReLUs
  await app.button('Train').click();
  await expect(page.getByTestId('notice-stuck')).toBeVisible();
  await app.button('Pause').click();
  await app.openTab('Inside the network');
  await page.getByTestId('embedding').scrollIntoViewIfNeeded();
  const none = page.getByText(/^At step [\d,]+ the network does not tell one test digit from another/);
  await expect(none).toBeVisible();
  await page.getByTestId('embedding-way').selectOption('umap');
  await expect(none).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Arranging by UMAP' })).toBeHidden();
  await page.getByTestId('notice-stuck').getByRole('button', { name: 'Rewind' }).click();
  await expect(page.getByText('as they were to the network at step 0.')).toBeVisible();
  await expect(none).toHaveCount(0);
});

test('without what arranges images PCA stays in sight, and it is tried again', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.stepOnce();
  await app.openTab('Inside the network');
  await page.getByTestId('embedding').scrollIntoViewIfNeeded();
  await expect(page.getByText(/test digits at step/)).toBeVisible();
  await page.route(/assets\/umap-worker-/, (route) => route.abort());
  await page.getByTestId('embedding-way').selectOption('umap');
  const failure = page.getByRole('alert').filter({ hasText: 'What arranges images could not be loaded.' });
  await expect(failure).toBeVisible();
  await expect(page.getByText(/test digits at step/)).toBeVisible();
  await page.unroute(/assets\/umap-worker-/);
  await failure.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText(/as they were to the network at step/)).toBeVisible();
  await expect(failure).toHaveCount(0);
});
