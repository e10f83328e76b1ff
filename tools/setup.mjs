// SPDX-License-Identifier: MIT
// npm run setup: everything that building, testing and checking needs, without building anything.
import { ensureNodeModules } from './setup/node-modules.mjs';
import { heading, runMain } from './support/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

await runMain(async () => {
  heading('TinyCNN set-up');
  await ensureToolchain({ wasm: true, native: true, browser: true, checks: true, counts: true });
  await ensureNodeModules();
});
