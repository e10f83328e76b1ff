// SPDX-License-Identifier: MIT
// npm run pictures: takes the pictures anew that tests/e2e/pictures.spec.ts compares the page with.
import { buildAll, nodeTool } from './build/stages.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';
import { readOptions } from './support/options.mjs';
import { inRoot } from './support/paths.mjs';
import { heading, runMain } from './support/report.mjs';
import { runScript } from './support/scripts.mjs';

const usage = `npm run pictures   takes the pictures in tests/e2e/pictures anew, which the page is compared with
  the package and the page are built first`;

await runMain(async () => {
  readOptions(usage);
  heading('TinyCNN pictures');
  const env = await ensureToolchain({ wasm: true, browser: true });
  await ensureNodeModules();
  await buildAll(env);
  const playwright = nodeTool('@playwright/test', 'playwright');
  const args = ['test', `--config=${inRoot('tests', 'e2e', 'playwright.config.ts')}`, '--project=page', 'pictures'];
  return runScript(playwright, [...args, '--update-snapshots=all'], env);
});
