// SPDX-License-Identifier: MIT
//
// Links and programs that are copied on the page, and what comes of them in a terminal.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

/** What the page puts on the clipboard, which tests may not read. */
export async function copied(page: Page, name: string): Promise<string> {
  await page.evaluate(() => {
    const kept = { text: '' };
    Object.assign(globalThis, { kept });
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: (text: string) => Promise.resolve((kept.text = text)) },
    });
  });
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByRole('button', { name, exact: true }).click();
  await expect(page.getByText(/ copied\.$/)).toBeVisible();
  await page.keyboard.press('Escape');
  return page.evaluate(() => (globalThis as unknown as { kept: { text: string } }).kept.text);
}

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a program of Node's prints; rejects where it ends with another status than 0. */
export const output = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, args, { cwd: root })).stdout;
