// SPDX-License-Identifier: MIT
// npm start: set-up, build, data, then serves the page. With nothing changed it only looks and serves.
import { buildAll } from './lib/build.mjs';
import { provideMnist } from './lib/mnist.mjs';
import { placeFetchedData } from './lib/published-data.mjs';
import { ensureNodeModules } from './lib/node-modules.mjs';
import { heading, runMain } from './lib/report.mjs';
import { readPort, requireFreePort, serveUntilInterrupted } from './lib/serve.mjs';
import { ensureToolchain } from './lib/toolchain.mjs';

await runMain(async () => {
  heading('TinyCNN');
  const port = readPort();
  await requireFreePort(port);
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildAll(env);
  await provideMnist();
  await placeFetchedData();
  await serveUntilInterrupted({ port });
});
