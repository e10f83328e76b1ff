// SPDX-License-Identifier: MIT
// npm run try-image: carries out the Dockerfile without Docker. Its image's files are those of a fresh Debian of the same release, made by
// mmdebstrap, with Node and npm from the registry.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join, matchesGlob } from 'node:path';
import { chooseMirror } from './setup/debian-packages.mjs';
import { copiedFromBuild, dockerCommand, dockerIgnored, dockerStages } from './support/dockerfile.mjs';
import { readOptions } from './support/options.mjs';
import { root } from './support/paths.mjs';
import { findCommand, run } from './support/processes.mjs';
import { heading, runMain, SetupError, step } from './support/report.mjs';

const usage = `npm run try-image   builds what the Dockerfile describes in a fresh Debian, and asks its server for the page
  As root and with mmdebstrap, without Docker. MNIST comes from the folder that MNIST_DIR names, where it is set.
  --keep           leaves the folders where they were made`;

const folderInImage = '/tinycnn';
const dataInImage = '/mnist';
/** Of the user that the image brings. */
const node = { name: 'node', id: 1000 };
/** Node's images have it, because Node needs it on some processors. */
const packages = 'libatomic1';
const npm = 'npm@10'; // Node 22 comes with it
const architectures = { x64: 'x64', arm64: 'arm64' };
const answerSeconds = 60;

function requireTools() {
  if (process.getuid?.() !== 0) throw new SetupError('Another root folder takes root’s rights.', 'Run this as root.');
  for (const [command, name] of [
    ['mmdebstrap', 'mmdebstrap'],
    ['unshare', 'util-linux'],
  ]) {
    if (!findCommand(command)) throw new SetupError(`There is no ${command} here.`, `apt-get install ${name}`);
  }
}

async function mustRun(name, command, args, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new SetupError(`${name} failed (exit ${code}):`, output.trimEnd().split('\n').slice(-30));
}

/** A package of the registry, unpacked into `to`. */
async function unpackFromRegistry(name, to, folder) {
  const { code, stdout, output } = await run('npm', ['pack', '--silent', name], { cwd: folder });
  if (code !== 0) throw new SetupError(`npm has no ${name}.`, output.trimEnd().split('\n'));
  mkdirSync(to, { recursive: true });
  await mustRun(name, 'tar', ['-xzf', join(folder, stdout.trim()), '-C', to, '--strip-components=1']);
}

/** Debian with Node in /usr/local, as `node:22-trixie-slim` has it. */
async function makeBase(image, folder) {
  const [, major, suite] = /^node:(\d+)-(\w+)-slim/.exec(image);
  const base = join(folder, 'base');
  const job = step('Debian', `${suite}, by mmdebstrap`);
  await mustRun('mmdebstrap', 'mmdebstrap', [
    ...['--variant=minbase', `--include=${packages}`, suite, base, chooseMirror().uri],
  ]);
  job.done(suite);
  const local = join(base, 'usr', 'local');
  await unpackFromRegistry(`node-linux-${architectures[process.arch]}@${major}`, join(folder, 'node'), folder);
  cpSync(join(folder, 'node', 'bin', 'node'), join(local, 'bin', 'node'));
  await unpackFromRegistry(npm, join(local, 'lib', 'node_modules', 'npm'), folder);
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  for (const name of ['resolv.conf', 'hosts']) cpSync(`/etc/${name}`, join(base, 'etc', name), { dereference: true });
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  if (certificates) cpSync(certificates, join(base, certificatesInImage), { dereference: true });
  await inside(base, ['useradd', '--uid', String(node.id), '--create-home', node.name], { cwd: '/' });
  return base;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const certificatesInImage = '/etc/extra-certificates.pem';

/** How this machine reaches the internet, for what runs in the image. */
const network = () => [
  ...Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name)),
  ...(process.env.NODE_EXTRA_CA_CERTS ? [['NODE_EXTRA_CA_CERTS', certificatesInImage]] : []),
];

/** Arguments of `unshare` that run a command in another root folder; `readOnly`: which it cannot write to. */
function enter(folder, command, { cwd = folderInImage, env = {}, user = null, readOnly = false }) {
  const variables = Object.entries({ PATH: path, HOME: user ? `/home/${user.name}` : '/root', ...env });
  const mount = readOnly ? 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && ' : '';
  return [
    ...['--mount', '--pid', '--fork', '--kill-child'],
    ...['sh', '-c', `${mount}mount -t proc proc "$0/proc" && exec chroot "$@"`, folder],
    ...(user ? [`--userspec=${user.id}:${user.id}`] : []),
    ...[folder, '/usr/bin/env', '-i', `--chdir=${cwd}`],
    ...[...network(), ...variables].map(([name, value]) => `${name}=${value}`),
    ...command,
  ];
}

const inside = (folder, command, { onLine = undefined, ...place }) =>
  mustRun(command.join(' '), 'unshare', enter(folder, command, place), { onLine });

/** As `COPY . .` does. */
function copyCheckout(to) {
  const ignored = dockerIgnored();
  const isCopied = (from) => {
    const name = from.slice(root.length + 1);
    return !ignored.some((pattern) => matchesGlob(name, pattern));
  };
  cpSync(root, to, { recursive: true, filter: isCopied });
}

async function build(stage, folder) {
  mkdirSync(join(folder, folderInImage));
  copyCheckout(join(folder, folderInImage));
  const { MNIST_DIR } = process.env;
  const env = MNIST_DIR === undefined ? {} : { MNIST_DIR: dataInImage };
  if (MNIST_DIR !== undefined) cpSync(MNIST_DIR, join(folder, dataInImage), { recursive: true });
  for (const [name, command] of stage) {
    if (name !== 'RUN') continue;
    const job = step('RUN', command);
    const from = performance.now();
    await inside(folder, ['sh', '-c', command], { env, onLine: (line) => job.say(line.trim()) });
    job.done(`${command}  (${((performance.now() - from) / 1000).toFixed(0)} s)`);
  }
}

function copyFromBuild(stage, from, to) {
  for (const [name, argument] of stage) {
    if (name !== 'COPY') continue;
    const { source, target } = copiedFromBuild(argument);
    const place = join(to, folderInImage, target, target.endsWith('/') ? basename(source) : '');
    cpSync(join(from, folderInImage, source), place, { recursive: true });
  }
}

/** Starts the last stage's command as its user, in files that it cannot write, and asks for the page and for the server's health. */
async function serve(stage, folder) {
  const said = new Map(stage);
  const env = Object.fromEntries([
    ...said
      .get('ENV')
      .split(' ')
      .map((pair) => pair.split('=')),
    ['PORT', '0'],
  ]);
  if (said.get('USER') !== node.name) throw new SetupError(`USER: expected ${node.name}, got ${said.get('USER')}.`);
  const options = { user: node, readOnly: true };
  const job = step('Server', dockerCommand(said.get('CMD')).join(' '));
  const server = spawn('unshare', enter(folder, dockerCommand(said.get('CMD')), { ...options, env }));
  try {
    const url = await addressOf(server);
    const response = await fetch(url);
    const text = await response.text();
    if (!response.ok || !text.includes('<title>TinyCNN'))
      throw new SetupError(`${url}: expected the page, got HTTP ${response.status}.`, text.split('\n').slice(0, 5));
    const health = { ...env, PORT: new URL(url).port };
    await inside(folder, dockerCommand(said.get('HEALTHCHECK')), { ...options, env: health });
    job.done(`sends the page, and is healthy`);
  } finally {
    server.kill('SIGKILL');
  }
}

/** The address that a server prints when it listens. */
function addressOf(server) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = () => reject(new SetupError('The server did not start.', output.trimEnd().split('\n')));
    const timer = setTimeout(fail, 1000 * answerSeconds);
    server.on('close', fail);
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        const port = /http:\/\/\S+:(\d+)\//.exec(output)?.[1];
        if (port === undefined) return;
        clearTimeout(timer);
        resolve(`http://localhost:${port}/`);
      });
    }
  });
}

await runMain(async () => {
  const { values } = readOptions(usage, { options: { keep: { type: 'boolean', default: false } } });
  heading('TinyCNN image');
  requireTools();
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-image-'));
  try {
    const stages = dockerStages();
    const base = await makeBase(stages[0][0][1], folder);
    const [first, last] = ['build', 'last'].map((name) => join(folder, name));
    for (const copy of [first, last]) await mustRun('cp', 'cp', ['--archive', base, copy]);
    await build(stages[0], first);
    copyFromBuild(stages.at(-1), first, last);
    await serve(stages.at(-1), last);
  } finally {
    if (values.keep) console.log(folder);
    else if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  }
});
