// SPDX-License-Identifier: MIT
// Other programs, for tests alone: those that run exported networks, web servers that serve the page, and other browsers. Without one of
// them its tests are skipped by name.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inCache, inRoot } from '../support/paths.mjs';
import { withLock } from '../support/lock.mjs';
import { findCommand, lastLines, run } from '../support/processes.mjs';
import { note, SetupError, step } from '../support/report.mjs';
import { ensureUnpacked, ensureUnpackedWhole, isUnpacked, packageFolder, suiteFolder } from './debian-packages.mjs';
import { machinePackages } from './machines.mjs';
import { candidates } from './pytorch.mjs';
import { ensureSystemPackages, hasApt, refreshSystemLists } from './system-packages.mjs';

const folder = inRoot('tests', 'formats', 'runtimes');
const inFolder = (...parts) => inRoot('tests', 'formats', 'runtimes', 'node_modules', ...parts);

const debianPackages = [
  'python3-torch',
  'python3-onnx',
  'gcc-arm-none-eabi',
  'picolibc-arm-none-eabi',
  'qemu-system-arm',
];

/** Apart from those, as some distributions have one and not the other. */
const avrPackages = ['gcc-avr', 'avr-libc', 'simavr'];

/** A browser, and the display that it draws on. */
const webKit = ['webkit2gtk-driver', 'xvfb', 'xauth'];

/** TensorFlow Lite's own interpreter, which no stable Debian has yet. It is loaded by the C library of its own suite. */
const tensorFlowLite = { name: 'libtensorflow-lite2.14.1', suite: 'forky' };

/** What nginx was linked with comes first. As installed packages both would begin to serve at once. */
const nginxLibraries = ['libc6', 'libcrypt1', 'libpcre2-8-0', 'libssl3t64', 'zlib1g'];
const webServers = [...nginxLibraries, 'nginx', 'nginx-common', 'libnginx-mod-http-brotli-static', 'caddy'];

/** Installs what is missing of them, as far as that works here. */
export async function ensureRuntimes() {
  await ensureNpmRuntimes();
  if (!hasApt()) return;
  await attempt(async () => {
    await refreshSystemLists([...debianPackages, ...avrPackages, ...machinePackages]);
    await ensureSystemPackages(debianPackages);
  });
  await attempt(() => ensureSystemPackages(avrPackages));
  await attempt(() => ensureSystemPackages(machinePackages));
  await attempt(() => ensureSystemPackages(['firefox-esr']));
  await attempt(() => ensureSystemPackages(webKit));
  await attempt(() => inTurn(() => ensureUnpackedWhole(tensorFlowLite.name, tensorFlowLite.suite)));
  await attempt(() => inTurn(() => ensureUnpacked(webServers, 'nginx and Caddy')));
}

const inTurn = (work) =>
  withLock(inCache('set-up.lock'), work, (pid) =>
    note('Runtimes', `waiting for another set-up (process ${pid}) to end`),
  );

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    note('Runtimes', `${error.message} Tests that need it are skipped.`);
  }
}

/** Those that come from npm go into a folder of their own, from its lock file. */
async function ensureNpmRuntimes() {
  if (existsSync(inFolder('.package-lock.json'))) return;
  const job = step('Runtimes from npm', 'npm ci');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', args, { cwd: folder });
  if (code === 0) job.done('installed into tests/formats/runtimes');
  else job.failed(lastLines(output, 1)[0] ?? 'npm ci failed');
}

/** onnxruntime with one thread, or null where it is not installed. */
export async function loadOnnxRuntime() {
  const file = inFolder('onnxruntime-web', 'dist', 'ort.node.min.mjs');
  if (!existsSync(file)) return null;
  const runtime = await import(pathToFileURL(file).href);
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  return runtime;
}

const librariesIn = (folder) =>
  ['usr/lib', 'lib']
    .flatMap((lib) => ['x86_64', 'aarch64'].map((machine) => join(folder, `${lib}/${machine}-linux-gnu`)))
    .filter((path) => existsSync(path));

/** The C library's own program that starts others with the libraries of its folder. */
const loaderIn = (folder) =>
  librariesIn(folder)
    .flatMap((path) => readdirSync(path).map((each) => join(path, each)))
    .find((path) => /ld-linux-[\w-]+\.so\.\d$/.test(path));

/**
 * Debian's nginx, or null where it was not unpacked: { command, configuration, brotli }, the first words of a command line, the folder of
 * mime.types, and the module that sends .br files.
 */
export function findNginx() {
  if (!webServers.every(isUnpacked)) return null;
  const libraries = nginxLibraries.flatMap((name) => librariesIn(packageFolder(name)));
  const program = join(packageFolder('nginx'), 'usr/sbin/nginx');
  return {
    command: [loaderIn(packageFolder('libc6')), '--library-path', libraries.join(':'), program],
    configuration: join(packageFolder('nginx-common'), 'etc/nginx'),
    brotli: join(
      packageFolder('libnginx-mod-http-brotli-static'),
      'usr/lib/nginx/modules/ngx_http_brotli_static_module.so',
    ),
  };
}

/** Debian's Caddy, or null. */
export const findCaddy = () => (isUnpacked('caddy') ? join(packageFolder('caddy'), 'usr/bin/caddy') : null);

/**
 * TensorFlow Lite, or null where it is not installed: { sharedObject, command }, the first words of a command line that starts a program of
 * this machine with the libraries that it needs.
 */
export function findTensorFlowLite() {
  const { name, suite } = tensorFlowLite;
  const [own] = librariesIn(packageFolder(name, suite));
  if (own === undefined) return null;
  const folders = readdirSync(suiteFolder(suite)).flatMap((each) => librariesIn(join(suiteFolder(suite), each)));
  const [file] = readdirSync(own).filter((each) => each.startsWith('libtensorflow-lite.so'));
  const loader = loaderIn(packageFolder('libc6', suite));
  return { sharedObject: join(own, file), command: [loader, '--library-path', folders.join(':')] };
}

/** The command of a python3 that imports onnx, or null. */
export function findPythonWithOnnx() {
  return candidates().find((python) => spawnSync(python, ['-c', 'import onnx']).status === 0) ?? null;
}

/** Firefox's program: FIREFOX, or Debian's; null where there is none. */
export const findFirefox = () => process.env.FIREFOX ?? findCommand('firefox-esr');

export const howToGetFirefox = 'On Debian: apt-get install firefox-esr. FIREFOX=… names another program.';
export const howToGetRuntimes =
  'npm test installs onnxruntime-web into tests/formats/runtimes; that did not work here.';
export const howToGetTensorFlowLite = `npm test installs ${tensorFlowLite.name} of Debian ${tensorFlowLite.suite}; that did not work here.`;
export const howToGetWebServers = 'npm test unpacks nginx and Caddy from Debian’s packages; that did not work here.';
export const howToGetOnnx = 'On Debian or Ubuntu: apt-get install python3-onnx. PYTHON=… names another python3.';
