// SPDX-License-Identifier: MIT
// npm run fixtures: writes tests/parity/fixtures with PyTorch. They are committed, so that only who changes them needs PyTorch.
import { inRoot } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { findPythonWithTorch, howToGetPyTorch } from './lib/pytorch.mjs';
import { runMain, SetupError } from './lib/report.mjs';

await runMain(async () => {
  const python = findPythonWithTorch();
  if (!python) throw new SetupError('No python3 with PyTorch was found.', howToGetPyTorch);
  const script = inRoot('tests', 'parity', 'make_fixtures.py');
  // -B: no __pycache__ in the checkout.
  const { code } = await run(python, ['-B', script, ...process.argv.slice(2)], { echo: true });
  return code;
});
