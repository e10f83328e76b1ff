// SPDX-License-Identifier: MIT
// npm run setup: everything that building, testing and checking needs, without building anything.
import { ensureNodeModules } from './setup/node-modules.mjs';
import { readOptions } from './support/options.mjs';
import { heading, runMain } from './support/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

const usage = `npm run setup   installs what building, testing and checking need, without building anything
  on Debian and Ubuntu as root or with sudo; elsewhere it says what is missing and how to get it`;

await runMain(async () => {
  readOptions(usage);
  heading('TinyCNN set-up');
  await ensureToolchain({ wasm: true, native: true, browser: true, checks: true, counts: true });
  await ensureNodeModules();
});
