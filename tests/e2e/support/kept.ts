// SPDX-License-Identifier: MIT
//
// Runs that are trained to a step, left, and come back.

import { expect } from './fixtures';
import type { Page } from '@playwright/test';
import type { TinyCnnPage } from './page';

export const keptText = (page: Page) => page.getByTestId('kept');
export const news = (page: Page) => page.getByTestId('kept-news');
export const note = (page: Page) => page.getByTestId('run-note');

/** Trains until the run stops at this step, which it is set to, and gives the hash of its weights. */
export async function trainTo(app: TinyCnnPage, step: number): Promise<string> {
  await app.stopAt('step', step);
  if (await app.button('Train').isVisible()) await app.button('Train').click();
  await app.waitForFigure('step', (now) => now === step, 60_000);
  return hashAt(app, step);
}

/** The hash of the run's weights once it rests at this step. */
export async function hashAt(app: TinyCnnPage, step: number): Promise<string> {
  await expect(app.button('Train')).toBeVisible();
  expect(await app.figure('step')).toBe(step);
  const hash = app.page.getByTestId('weights-hash');
  await expect(hash).toHaveText(/^[0-9a-f]{16}$/);
  return hash.innerText();
}

/** What the browser keeps of this tab's run, without its weights. */
export const keptRun = (page: Page): Promise<unknown> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open('tinycnn-runs').onsuccess = ({ target }) => {
          const database = (target as IDBOpenDBRequest).result;
          const key = `run/${sessionStorage.getItem('tinycnn-run')}`;
          database.transaction('runs').objectStore('runs').get(key).onsuccess = ({ target: request }) => {
            resolve((request as IDBRequest<unknown>).result);
            database.close();
          };
        };
      }),
  );

/** Once the browser has everything of the run up to where it rests. "Saved up to step N" is also said while the page still tests the network
 * of that step: that the run rests is saved next. */
export async function savedAt(app: TinyCnnPage, step: number): Promise<void> {
  await expect(keptText(app.page)).toHaveText(`Saved up to step ${step.toLocaleString('en-US')}`);
  await expect.poll(() => keptRun(app.page)).toMatchObject({ step, isTraining: false });
}

/** The step that a text names. */
export const stepIn = (text: string): number => Number(/step ([\d,]+)/.exec(text)![1]!.replaceAll(',', ''));
