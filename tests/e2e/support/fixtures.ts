// SPDX-License-Identifier: MIT
//
// What every browser test starts from: the sites (once for all tests) and a fresh page, whose errors fail the test, as does whatever its
// content security policy forbids.

import { test as base, expect } from '@playwright/test';
import { openSites } from './sites';
import { TinyCnnPage } from './page';
import type { Sites } from './sites';

interface Fixtures {
  app: TinyCnnPage;
  /** Whether the browser has never been on the page; then training begins by itself. */
  firstVisit: boolean;
}

export const test = base.extend<Fixtures, { sites: Sites }>({
  sites: [
    // Playwright reads the first parameter's pattern to learn what a fixture needs
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const sites = await openSites();
      await use(sites);
      await sites.close();
    },
    { scope: 'worker' },
  ],
  firstVisit: [false, { option: true }],
  app: async ({ page, sites, firstVisit }, use) => {
    if (!firstVisit) {
      await page.addInitScript(() => {
        if (location.protocol.startsWith('http')) localStorage.setItem('tinycnn-visited', 'yes');
      });
    }
    for (const mirror of sites.mirrors) mirror.reset();
    const crashes: string[] = [];
    page.on('pageerror', (error) => crashes.push(error.message));
    await use(new TinyCnnPage(page));
    expect(crashes, 'errors that nobody caught').toEqual([]);
    expect(sites.violations, 'violations of the content security policy').toEqual([]);
  },
});

export { expect };
