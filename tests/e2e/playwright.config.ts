// SPDX-License-Identifier: MIT
//
// The browser tests: headless Chromium from $CHROMIUM, one test at a time, because some of them measure how quickly the page answers.

import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: fileURLToPath(new URL('../../build/results/e2e', import.meta.url)),
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
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
