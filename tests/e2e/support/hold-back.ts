// SPDX-License-Identifier: MIT
//
// Requests that wait until the test lets them go.

import type { Page } from '@playwright/test';

/** Has these requests wait until what it gives is called. */
export async function holdBack(page: Page, url: RegExp): Promise<() => void> {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(url, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}
