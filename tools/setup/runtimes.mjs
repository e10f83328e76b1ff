// SPDX-License-Identifier: MIT
// Other programs that run exported networks, for tests/formats and tests/parity alone. Without one of them its tests are skipped by name.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inCache, inRoot } from '../support/paths.mjs';
import { withLock } from '../support/lock.mjs';
import { lastLines, run } from '../support/processes.mjs';
import { note, SetupError, step } from '../support/report.mjs';
import { ensureUnpackedWhole, packageFolder, suiteFolder } from './debian-packages.mjs';
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

/** TensorFlow Lite's own interpreter, which no stable Debian has yet. It is loaded by the C library of its own suite. */
const tensorFlowLite = { name: 'libtensorflow-lite2.14.1', suite: 'forky' };

/** Installs what is missing of them, as far as that works here. */
export async function ensureRuntimes() {
  await ensureNpmRuntimes();
  if (!hasApt()) return;
  await attempt(async () => {
    await refreshSystemLists(debianPackages);
    await ensureSystemPackages(debianPackages);
  });
  await attempt(() =>
    withLock(
      inCache('set-up.lock'),
      () => ensureUnpackedWhole(tensorFlowLite.name, tensorFlowLite.suite),
      (pid) => note('Runtimes', `waiting for another set-up (process ${pid}) to end`),
    ),
  );
}

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

/**
 * TensorFlow Lite, or null where it is not installed: { sharedObject, command }, the first words of a command line that starts a program of
 * this machine with the libraries that it needs.
 */
export function findTensorFlowLite() {
  const { name, suite } = tensorFlowLite;
  const libraries = (folder) =>
    ['x86_64', 'aarch64']
      .map((machine) => join(folder, `usr/lib/${machine}-linux-gnu`))
      .filter((path) => existsSync(path));
  const [own] = libraries(packageFolder(name, suite));
  if (own === undefined) return null;
  const folders = readdirSync(suiteFolder(suite)).flatMap((each) => libraries(join(suiteFolder(suite), each)));
  const [file] = readdirSync(own).filter((each) => each.startsWith('libtensorflow-lite.so'));
  const loader = libraries(packageFolder('libc6', suite))
    .flatMap((folder) => readdirSync(folder).map((each) => join(folder, each)))
    .find((path) => /ld-linux-[\w-]+\.so\.\d$/.test(path));
  return { sharedObject: join(own, file), command: [loader, '--library-path', folders.join(':')] };
}

/** The command of a python3 that imports onnx, or null. */
export function findPythonWithOnnx() {
  return candidates().find((python) => spawnSync(python, ['-c', 'import onnx']).status === 0) ?? null;
}

export const howToGetRuntimes =
  'npm test installs onnxruntime-web into tests/formats/runtimes; that did not work here.';
export const howToGetTensorFlowLite = `npm test installs ${tensorFlowLite.name} of Debian ${tensorFlowLite.suite}; that did not work here.`;
export const howToGetOnnx = 'On Debian or Ubuntu: apt-get install python3-onnx. PYTHON=… names another python3.';
