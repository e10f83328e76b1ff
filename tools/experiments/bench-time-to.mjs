// SPDX-License-Identifier: MIT
// npm run bench:time-to: builds the package, then measures how soon it reaches an accuracy (tests/bench/time-to.mjs, which takes the
// options). Needs MNIST.
import { timeToCommand } from '../../tests/bench/commands.mjs';
import { buildPackage } from '../build/stages.mjs';
import { provideMnist } from '../data/mnist.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { readOptions } from '../support/options.mjs';
import { inRoot } from '../support/paths.mjs';
import { heading, runMain, SetupError } from '../support/report.mjs';
import { runScript } from '../support/scripts.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';

await runMain(async () => {
  readOptions(timeToCommand.usage, timeToCommand.config);
  heading('TinyCNN, time to an accuracy');
  const env = await ensureToolchain({ wasm: true, browser: true });
  await ensureNodeModules();
  await buildPackage(env);
  const folder = await provideMnist();
  if (!folder) throw new SetupError('MNIST is not available.', 'Set MNIST_DIR to a folder with its four .gz files.');
  return runScript(inRoot('tests', 'bench', 'time-to.mjs'), process.argv.slice(2), { ...env, MNIST_DIR: folder });
});
