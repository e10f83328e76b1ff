// SPDX-License-Identifier: MIT
// npm start: set-up, build, data, then serves the page. With nothing changed it only looks and serves.
import { buildAll } from './build/stages.mjs';
import { fetchMnist, provideMnist } from './data/mnist.mjs';
import { placeFetchedData } from './data/published-data.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { readOptions } from './support/options.mjs';
import { heading, runMain } from './support/report.mjs';
import { readPort, requireFreePort, serveUntilInterrupted } from './server/serve.mjs';
import { ensureToolchain, requireNode } from './setup/toolchain.mjs';
import { together } from './support/together.mjs';

const usage = `npm start   sets everything up, builds what the page needs, fetches MNIST and serves the page until Ctrl+C
  PORT=8081 npm start      on another port than 8080
  HOST=0.0.0.0 npm start   for other machines too; localhost by default`;

await runMain(async () => {
  readOptions(usage);
  heading('TinyCNN');
  const port = readPort();
  await requireFreePort(port);
  requireNode();
  const [env] = await together(ensureToolchain({ wasm: true }), ensureNodeModules(), fetchMnist());
  await buildAll(env, { relaxed: false });
  await provideMnist();
  await placeFetchedData();
  await serveUntilInterrupted({ port });
});
