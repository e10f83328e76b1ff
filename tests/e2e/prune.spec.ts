// SPDX-License-Identifier: MIT
//
// A smaller network in the export dialog: pruned, trained on, set beside the one on the page, and taken into use.

import { expect, test } from './support/fixtures';
import { drawings } from './support/page';
import type { Page } from '@playwright/test';
import type { TinyCnnPage } from './support/page';

const cells = (page: Page, line: string): Promise<string[]> =>
  page.getByTestId(`pruned-${line}`).locator('td').allInnerTexts();

const numbers = async (page: Page, line: string): Promise<number[]> =>
  (await cells(page, line)).map((text) => Number.parseFloat(text.replaceAll(',', '')));

async function prune(app: TinyCnnPage, url: string, { type, share }: { type: string; share: string }): Promise<void> {
  const { page } = app;
  await app.open(url);
  await app.trainEpochs(2);
  await app.draw(drawings[7]!);
  await expect(app.prediction).toHaveText(/^\d$/);
  await app.openExport();
  await page.getByTestId('prune-type').selectOption(type);
  await page.getByTestId('prune-share').selectOption(share);
  await page.getByTestId('prune').click();
  await expect(page.getByTestId('pruned-accuracy')).toBeVisible();
}

/** The share of zeros among the weights that a checkpoint of the page exports. */
async function zerosIn(app: TinyCnnPage): Promise<number> {
  await app.openExport();
  const { parameters } = JSON.parse((await app.download('json')).bytes.toString()) as {
    parameters: { shape: number[]; data: number[] }[];
  };
  await app.page.keyboard.press('Escape');
  const weights = parameters.filter(({ shape }) => shape.length > 1).flatMap(({ data }) => data);
  return weights.filter((value) => value === 0).length / weights.length;
}

test('nine tenths of the weights go, and stay away when the smaller network trains on', async ({
  app,
  page,
  sites,
}) => {
  await prune(app, sites.withData, { type: 'unstructured', share: '0.9' });
  const [before, after] = await numbers(page, 'weights');
  expect(before).toBe(18_982);
  expect(after! / before!).toBeCloseTo(0.1, 1);
  const [packed, smaller] = await numbers(page, 'bytes');
  expect(smaller!).toBeLessThan(0.4 * packed!);
  for (const share of await numbers(page, 'accuracy')) expect(share).toBeGreaterThan(80);
  await expect(page.getByTestId('pruned-changes')).toContainText(/test digits/);
  await page.getByTestId('use-pruned').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByTestId('model-picker').locator('option:checked')).toHaveText(
    'Pruned: tinycnn, 90 % of the weights removed',
  );
  expect(await zerosIn(app)).toBeCloseTo(0.9, 3);
  await app.trainEpochs(1);
  expect(await zerosIn(app)).toBeCloseTo(0.9, 3);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  await app.stepOnce();
  expect(await zerosIn(app)).toBeCloseTo(0.9, 3);
  await expect(app.error).toHaveText('');
});

test('whole channels go: the network on the page really becomes smaller', async ({ app, page, sites }) => {
  await prune(app, sites.withData, { type: 'channels', share: '0.5' });
  const [before, after] = await numbers(page, 'macs');
  expect(before).toBe(126_032);
  expect(after!).toBeLessThanOrEqual(0.5 * before!);
  const [, weights] = await cells(page, 'weights');
  await page.getByTestId('use-pruned').click();
  await expect(page.getByText(`${weights} weights`, { exact: true })).toBeVisible();
  await expect(app.prediction).toHaveText(/^\d$/);
});

test('where the part that keeps zeros cannot be loaded the network on the page stays as it was', async ({
  app,
  page,
  sites,
}) => {
  await prune(app, sites.withData, { type: 'unstructured', share: '0.75' });
  await page.route(/assets\/compress-/, (route) => route.abort());
  await page.getByTestId('use-pruned').click();
  await expect(page.getByTestId('pruned').getByRole('alert')).not.toHaveText('');
  await expect(page.getByTestId('model-picker').locator('option:checked')).toHaveText('TinyCNN');
  await page.unroute(/assets\/compress-/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await app.stepOnce();
  await expect(app.error).toHaveText('');
});

test('pruning is stopped at once, and begun again; the files are made meanwhile', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#model=residual-8k`);
  await app.openExport();
  await page.getByTestId('prune').click();
  await page.getByRole('button', { name: 'Stop pruning' }).click();
  await page.getByTestId('prune').click();
  await expect(page.getByTestId('pruned-accuracy')).toBeVisible();
  await expect(page.getByTestId('pruned').getByRole('alert')).toHaveCount(0);
  for (const kind of ['onnx', 'kernels', 'c-int8']) await app.download(kind);
  await expect(page.getByTestId('int8-changes')).toBeVisible();
});

test('closing the dialog ends pruning', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#model=residual-8k`);
  await app.openExport();
  await page.getByTestId('prune').click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await app.openExport();
  await expect(page.getByTestId('prune')).toBeEnabled();
  await expect(page.getByTestId('pruned-accuracy')).toHaveCount(0);
  await expect(page.getByTestId('pruned').getByRole('alert')).toHaveCount(0);
});
