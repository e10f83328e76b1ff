// SPDX-License-Identifier: MIT
// npm run fixtures: writes tests/parity/fixtures with PyTorch. They are committed, so that only who changes them needs PyTorch.
// The package is built first, for it tells its zoo.
import { buildPackage } from './build/stages.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { inRoot } from './support/paths.mjs';
import { run } from './support/processes.mjs';
import { findPythonWithTorch, howToGetPyTorch } from './setup/pytorch.mjs';
import { runMain, SetupError } from './support/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

await runMain(async () => {
  const python = findPythonWithTorch();
  if (!python) throw new SetupError('No python3 with PyTorch was found.', howToGetPyTorch);
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const script = inRoot('tests', 'parity', 'make_fixtures.py');
  // -B: no __pycache__ in the checkout.
  const { code } = await run(python, ['-B', script, ...process.argv.slice(2)], { echo: true });
  return code;
});
