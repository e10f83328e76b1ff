// SPDX-License-Identifier: MIT
// npm run bench:peers: builds the package, then measures it beside PyTorch (tests/bench/peers.mjs, which takes the options).
// Only the measurement's own words go to stdout.
import { buildPackage, buildPreset, kWasmPresets } from './lib/build.mjs';
import { ensureNodeModules } from './lib/node-modules.mjs';
import { inRoot } from './lib/paths.mjs';
import { findPythonWithTorch, howToGetPyTorch } from './lib/pytorch.mjs';
import { runMain } from './lib/report.mjs';
import { ensureToolchain } from './lib/toolchain.mjs';
import { spawn } from 'node:child_process';

/** Builds the package; resolves with the environment that holds CHROMIUM. */
async function prepare() {
  const print = console.log;
  console.log = console.error;
  try {
    const env = await ensureToolchain({ wasm: true, browser: true });
    await ensureNodeModules();
    for (const preset of kWasmPresets) await buildPreset(preset, env, ['tinycnn_wasm']);
    await buildPackage(env);
    return env;
  } finally {
    console.log = print;
  }
}

await runMain(async () => {
  if (!findPythonWithTorch()) {
    console.log(`bench:peers skipped: no python3 with PyTorch was found. ${howToGetPyTorch}`);
    return 0;
  }
  const env = { ...process.env, ...(await prepare()) };
  const script = inRoot('tests', 'bench', 'peers.mjs');
  const child = spawn(process.execPath, [script, ...process.argv.slice(2)], { env, stdio: 'inherit' });
  return new Promise((ended) => child.on('close', (code) => ended(code ?? 1)));
});
