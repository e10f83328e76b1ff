// SPDX-License-Identifier: MIT
// npm run build: web/dist and the JavaScript package (bindings/dist), doing only what has changed.
import { buildAll } from './build/stages.mjs';
import { provideMnist } from './data/mnist.mjs';
import { placeFetchedData } from './data/published-data.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { readOptions } from './support/options.mjs';
import { heading, runMain, success } from './support/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

const usage = `npm run build   builds the page (web/dist) and the JavaScript package (bindings/dist), and does only what has changed
  what it needs is set up first; data sets that were fetched before are placed in web/dist/data`;

await runMain(async () => {
  readOptions(usage);
  heading('TinyCNN build');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  const changed = await buildAll(env);
  await provideMnist({ download: false });
  await placeFetchedData();
  success('Build', changed ? 'web/dist and bindings/dist are ready' : 'nothing has changed');
});
