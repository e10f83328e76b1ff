// SPDX-License-Identifier: MIT
//
// The browser tests: headless Chromium from $CHROMIUM. Those that measure how quickly the page answers, or train for long, are a project
// of their own and have the machine for themselves; of the others two run at a time.

import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

const inFirefox = /firefox\.spec\.ts$/;
const alone = /(responsiveness|bench|mnist|pen-digits)\.spec\.ts$/;

export default defineConfig({
  testDir: '.',
  outputDir: fileURLToPath(new URL('../../build/results/e2e', import.meta.url)),
  workers: 2,
  fullyParallel: true,
  projects: [
    { name: 'page', testIgnore: [alone, inFirefox] },
    { name: 'alone', testMatch: alone, workers: 1 },
    {
      name: 'firefox',
      testMatch: inFirefox,
      workers: 1,
      use: {
        browserName: 'firefox',
        channel: 'moz-firefox', // by WebDriver BiDi, which any Firefox understands
        serviceWorkers: 'allow',
        launchOptions: { executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr' },
      },
    },
  ],
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  // against tests that hang: a slow or busy machine takes three times as long as a quiet one
  timeout: 300_000,
  expect: { timeout: 60_000 },
  use: {
    viewport: { width: 1280, height: 900 },
    // but where they are what is tested: each test begins without anything that is kept
    serviceWorkers: 'block',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
