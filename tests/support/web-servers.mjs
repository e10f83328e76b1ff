// SPDX-License-Identifier: MIT
//
// The project's configurations for other web servers, in nginx and Caddy as they are but for the port and the folders.

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findCaddy, findNginx } from '../../tools/setup/runtimes.mjs';
import { inRoot } from '../../tools/support/paths.mjs';

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A configuration of tools/hosts with texts of it replaced; throws where one of them is not there. */
function configuration(name, replaced) {
  let text = readFileSync(inRoot('tools', 'hosts', name), 'utf8');
  for (const [from, to] of Object.entries(replaced)) {
    if (!text.includes(from)) throw new Error(`tools/hosts/${name} does not hold '${from}'`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/**
 * Starts a server and waits until it answers; rejects with what it says where it ends before.
 * @param {string} command
 * @param {string[]} args
 * @param {{ url: string, workFolder: string, env?: Record<string, string> }} options
 */
async function start(command, args, { url, workFolder, env = {} }) {
  const child = spawn(command, args, { cwd: workFolder, env: { ...process.env, ...env } });
  let said = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const end = new Promise((resolve) => {
    child.on('error', (error) => resolve((said += error.message)));
    child.on('close', resolve);
  }).then(() => (ended = true));
  const answers = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  while (!ended && !(await answers())) await delay(20);
  if (ended) throw new Error(`${command} ended: ${said}`);
  const close = async () => {
    child.kill('SIGTERM');
    await end;
    rmSync(workFolder, { recursive: true, force: true });
  };
  return { url, close };
}

function newWorkFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `tinycnn-${name}-`));
  chmodSync(folder, 0o755); // nginx serves as another user where it is started by root
  return folder;
}

/** Serves `folder`; `replaced`: further texts of the configuration to replace. Resolves with { url, close }. */
export async function startNginx(folder, replaced = {}) {
  const { command, configuration: nginxFolder, brotli } = findNginx();
  const port = await freePort();
  const workFolder = newWorkFolder('nginx');
  const server = configuration('nginx.conf', {
    'listen 80;': `listen 127.0.0.1:${port};`,
    'root /srv/tinycnn;': `root ${folder};`,
    '/etc/nginx/mime.types': join(nginxFolder, 'mime.types'),
    ...replaced,
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${workFolder};`,
  );
  const main = [
    ...[`load_module ${brotli};`, `pid ${workFolder}/pid;`, 'daemon off;', 'worker_processes 1;', 'events {}'],
    ...['http {', 'access_log off;', ...temporary, server, '}'],
  ];
  writeFileSync(join(workFolder, 'nginx.conf'), main.join('\n'));
  const [first, ...rest] = command;
  const args = [...rest, '-e', 'stderr', '-p', workFolder, '-c', join(workFolder, 'nginx.conf')];
  return start(first, args, { url: `http://127.0.0.1:${port}/`, workFolder });
}

/** As startNginx. */
export async function startCaddy(folder, replaced = {}) {
  const port = await freePort();
  const workFolder = newWorkFolder('caddy');
  const site = configuration('Caddyfile', {
    ':80 {': `http://127.0.0.1:${port} {`,
    'root * /srv/tinycnn': `root * ${folder}`,
    ...replaced,
  });
  writeFileSync(join(workFolder, 'Caddyfile'), `{\n\tadmin off\n}\n${site}`);
  const args = ['run', '--adapter', 'caddyfile', '--config', join(workFolder, 'Caddyfile')];
  const env = { XDG_DATA_HOME: workFolder, XDG_CONFIG_HOME: workFolder, HOME: workFolder };
  return start(findCaddy(), args, { url: `http://127.0.0.1:${port}/`, workFolder, env });
}
