// SPDX-License-Identifier: MIT
// What the tools' tests share: folders that vanish with their test, small web servers, and runs of our own scripts.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/support/processes.mjs';
import { root } from '../../tools/support/paths.mjs';

export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Sets an environment variable for the rest of a test. */
export function setVariable(t, name, value) {
  const before = process.env[name];
  process.env[name] = value;
  t.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

/** The port that a server listens on. */
export const portOf = (server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port;

/** Starts a web server for one test; resolves with its address, which ends in a slash. */
export async function temporaryServer(t, handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${portOf(server)}/`;
}

/** Runs one of the project's scripts with `env` on top of ours. */
export const runScript = (path, args = [], env = {}) =>
  run(process.execPath, [join(root, path), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    timeoutSeconds: 60,
  });
