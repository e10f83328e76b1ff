// SPDX-License-Identifier: MIT
// npm run bench: builds what is measured, then measures it (tests/bench/bench.mjs, which takes the options).
import { benchCommand } from '../../tests/bench/commands.mjs';
import { buildPackage, buildPreset } from '../build/stages.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { readOptions } from '../support/options.mjs';
import { inRoot } from '../support/paths.mjs';
import { heading, runMain } from '../support/report.mjs';
import { runScript } from '../support/scripts.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';

await runMain(async () => {
  readOptions(benchCommand.usage, benchCommand.config);
  heading('TinyCNN bench');
  const env = await ensureToolchain({ wasm: true, native: true, browser: true });
  await ensureNodeModules();
  await buildPreset('wasm-simd', env, ['layer_bench']);
  await buildPreset('native-release', env, ['tinycnn_bench']);
  await buildPackage(env);
  return runScript(inRoot('tests', 'bench', 'bench.mjs'), process.argv.slice(2), env);
});
