// SPDX-License-Identifier: MIT
// npm run bench: builds what is measured, then measures it (tests/bench/bench.mjs, which takes the options).
import { buildPackage, buildPreset, kWasmPresets } from './lib/build.mjs';
import { ensureNodeModules } from './lib/node-modules.mjs';
import { inRoot } from './lib/paths.mjs';
import { heading, runMain } from './lib/report.mjs';
import { runScript } from './lib/scripts.mjs';
import { ensureToolchain } from './lib/toolchain.mjs';

await runMain(async () => {
  heading('TinyCNN bench');
  const env = await ensureToolchain({ wasm: true, native: true, browser: true });
  await ensureNodeModules();
  for (const preset of kWasmPresets) await buildPreset(preset, env, ['tinycnn_wasm']);
  await buildPreset('wasm-simd', env, ['layer_bench']);
  await buildPreset('native-release', env, ['tinycnn_bench']);
  await buildPackage(env);
  return runScript(inRoot('tests', 'bench', 'bench.mjs'), process.argv.slice(2), env);
});
