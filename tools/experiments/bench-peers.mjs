// SPDX-License-Identifier: MIT
// npm run bench:peers: builds the package, then measures it beside its peers (tests/bench/peers.mjs, which takes the options). Peers that
// come from npm are installed into a folder of their own. Only the measurement's own words go to stdout.
import { peersCommand } from '../../tests/bench/commands.mjs';
import { buildPackage } from '../build/stages.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { readOptions } from '../support/options.mjs';
import { inRoot } from '../support/paths.mjs';
import { lastLines, run } from '../support/processes.mjs';
import { runMain, step } from '../support/report.mjs';
import { runScript } from '../support/scripts.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const peersFolder = inRoot('tests', 'bench', 'peers');
const readJson = (...path) => JSON.parse(readFileSync(join(peersFolder, ...path), 'utf8'));

/** Whether the versions that are pinned are those that are there. */
function areInstalled() {
  if (!existsSync(join(peersFolder, 'node_modules', '.package-lock.json'))) return false;
  const { packages } = readJson('node_modules', '.package-lock.json');
  const { dependencies } = readJson('package.json');
  return Object.entries(dependencies).every(([name, version]) => packages[`node_modules/${name}`]?.version === version);
}

/** What cannot be installed is missing later on, and skipped by name. */
async function installWebPeers() {
  const cwd = peersFolder;
  if (areInstalled()) return;
  const job = step('Peers from npm', 'npm ci');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', args, { cwd });
  if (code === 0) job.done('installed into tests/bench/peers');
  else job.failed(lastLines(output, 1)[0] ?? 'npm ci failed');
}

/** Builds the package; resolves with the environment that holds CHROMIUM. */
async function prepare(wantsWebPeers) {
  const print = console.log;
  console.log = console.error;
  try {
    const env = await ensureToolchain({ wasm: true, browser: true });
    await ensureNodeModules();
    await buildPackage(env);
    if (wantsWebPeers) await installWebPeers();
    return env;
  } finally {
    console.log = print;
  }
}

await runMain(async () => {
  const { values } = readOptions(peersCommand.usage, peersCommand.config);
  const env = await prepare(values.web);
  return runScript(inRoot('tests', 'bench', 'peers.mjs'), process.argv.slice(2), env);
});
