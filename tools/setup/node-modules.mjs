// SPDX-License-Identifier: MIT
// node_modules, installed from the lock file exactly (npm ci) whenever the lock file has changed since.
// The stamp inside node_modules is written last, so an interrupted install is done again.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { withLock } from '../support/lock.mjs';
import { inCache, inRoot, root } from '../support/paths.mjs';
import { findCommand, lastLines, run } from '../support/processes.mjs';
import { note, SetupError, step } from '../support/report.mjs';

const stampParts = ['node_modules', '.tinycnn-lock.sha256'];

function lockFileHash() {
  const hash = createHash('sha256');
  for (const name of ['package.json', 'package-lock.json']) {
    const parsed = JSON.parse(readFileSync(inRoot(name), 'utf8'));
    const { dependencies, devDependencies, packages } = parsed;
    hash.update(JSON.stringify({ dependencies, devDependencies, packages }));
  }
  return `${hash.digest('hex')}\n`;
}

export function nodeModulesAreCurrent() {
  const stamp = inRoot(...stampParts);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockFileHash();
}

export async function ensureNodeModules() {
  if (nodeModulesAreCurrent()) return;
  await withLock(inCache('node-modules.lock'), install, (pid) =>
    note('npm packages', `waiting for another install (process ${pid}) to end`),
  );
}

async function install() {
  if (nodeModulesAreCurrent()) return;
  if (!findCommand('npm')) {
    throw new SetupError('npm is missing.', ['It comes with Node: install Node from nodejs.org.']);
  }
  const job = step('npm packages', 'npm ci, from package-lock.json');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', args, { cwd: root });
  if (code !== 0) {
    job.failed('npm ci failed');
    throw new SetupError('npm could not install the packages of package-lock.json.', [
      ...lastLines(output, 8),
      'Check your internet connection, then run this again.',
    ]);
  }
  writeFileSync(inRoot(...stampParts), lockFileHash());
  job.done('installed');
}
