// SPDX-License-Identifier: MIT
// npm run build: web/dist and the JavaScript package (bindings/dist), doing only what has changed.
import { buildAll } from './build/stages.mjs';
import { provideMnist } from './data/mnist.mjs';
import { placeFetchedData } from './data/published-data.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { heading, runMain, success } from './support/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

await runMain(async () => {
  heading('TinyCNN build');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  const changed = await buildAll(env);
  await provideMnist({ download: false });
  await placeFetchedData();
  success('Build', changed ? 'web/dist and bindings/dist are ready' : 'nothing has changed');
});
