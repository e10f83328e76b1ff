// SPDX-License-Identifier: MIT
// npm run fixtures: writes tests/parity/fixtures with PyTorch. They are committed, so that only who changes them needs PyTorch.
// The package is built first, for it tells its zoo.
import { buildPackage } from './build/stages.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { positiveInteger, readOptions } from './support/options.mjs';
import { inRoot } from './support/paths.mjs';
import { run } from './support/processes.mjs';
import { findPythonWithTorch, howToGetPyTorch } from './setup/pytorch.mjs';
import { runMain, SetupError } from './support/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

const usage = `npm run fixtures   writes tests/parity/fixtures with PyTorch, which must be installed
  --survey N        writes nothing; prints how far PyTorch's float32 is from its float64 for seeds 1 to N`;

await runMain(async () => {
  const { values } = readOptions(usage, { options: { survey: { type: 'string' } } });
  const seeds = positiveInteger(values, 'survey');
  const python = findPythonWithTorch();
  if (!python) throw new SetupError('No python3 with PyTorch was found.', howToGetPyTorch);
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const script = inRoot('tests', 'parity', 'make_fixtures.py');
  // -B: no __pycache__ in the checkout.
  const { code } = await run(python, ['-B', script, ...(seeds ? ['--survey', String(seeds)] : [])], { echo: true });
  return code;
});
