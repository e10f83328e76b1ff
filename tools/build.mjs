// SPDX-License-Identifier: MIT
// npm run build: web/dist and the JavaScript package (bindings/dist), doing only what has changed.
import { buildAll } from './lib/build.mjs';
import { provideMnist } from './lib/mnist.mjs';
import { placeFetchedData } from './lib/published-data.mjs';
import { ensureNodeModules } from './lib/node-modules.mjs';
import { heading, runMain, success } from './lib/report.mjs';
import { ensureToolchain } from './lib/toolchain.mjs';

await runMain(async () => {
  heading('TinyCNN build');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  const changed = await buildAll(env);
  await provideMnist({ download: false });
  await placeFetchedData();
  success('Build', changed ? 'web/dist and bindings/dist are ready' : 'nothing has changed');
});
