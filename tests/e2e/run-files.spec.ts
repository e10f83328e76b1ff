// SPDX-License-Identifier: MIT
//
// A run leaves the page with its history as a file, and goes on from it in a browser that knows nothing of it.

import { expect, test } from './support/fixtures';
import { hashAt, note, trainTo } from './support/kept';
import { diskFile } from './support/page';
import type { Page } from '@playwright/test';
import type { TinyCnnPage } from './support/page';

const goal = 90;

async function exportedAt(app: TinyCnnPage, step: number): Promise<{ name: string; bytes: Buffer; hash: string }> {
  const hash = await trainTo(app, step);
  await app.openExport();
  const file = await app.download('run');
  await app.page.keyboard.press('Escape');
  return { ...file, hash };
}

/** As in a browser that was never here. Deleted from a file of the site: a page that is left takes its unfinished deletions with it. */
async function forgetEverything(page: Page, url: string): Promise<void> {
  await page.goto(`${url}icon.svg`);
  await page.evaluate(async () => {
    sessionStorage.clear();
    const deleted = (name: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = () => {
          resolve();
        };
        request.onerror = () => {
          reject(request.error!);
        };
      });
    for (const { name } of await indexedDB.databases()) await deleted(name!);
  });
  await page.goto(url);
}

test('a run that was exported goes on elsewhere, with its past, and ends with the weights of an undisturbed one', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#seed=4`);
  const undisturbed = await trainTo(app, goal);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  const { name, bytes, hash } = await exportedAt(app, 40);
  expect(name).toMatch(/\.tinyrun$/);

  await forgetEverything(page, sites.withData);
  await app.ready();
  expect(await app.text('step')).toBe('0');
  await app.openImport();
  await app.chooseNetwork(diskFile(name, bytes));
  await expect(page.getByTestId('import-run')).toContainText(/A run: TinyCNN on .+, 40 steps\./);
  await page.getByTestId('go-on-with-run').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(note(page)).toHaveText(/^Back at step 40/);
  expect(await hashAt(app, 40)).toBe(hash);
  await expect(page.getByTestId('seed')).toHaveText('4');
  await expect(page.getByLabel('Step of the run that is looked at')).toBeEnabled();
  expect(await trainTo(app, goal)).toBe(undisturbed);
});

test('a damaged file of a run gets a sentence, and the run on the page stays', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  const { name, bytes, hash } = await exportedAt(app, 20);
  const flipped = Buffer.from(bytes);
  flipped[bytes.length >> 1]! ^= 1;
  for (const damaged of [bytes.subarray(0, bytes.length - 100), flipped, bytes.subarray(0, 12)]) {
    await app.openImport();
    await app.chooseNetwork(diskFile(name, damaged));
    await expect(page.getByTestId('import-failure')).toHaveText(
      /cannot be read: This is not a whole file of a run: .+\.$/,
    );
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  expect(await hashAt(app, 20)).toBe(hash);
});

test('before the first step there is no run to save', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.openExport();
  await expect(page.getByTestId('item-run')).toContainText('train the network first');
});
