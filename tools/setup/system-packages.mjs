// SPDX-License-Identifier: MIT
// The parts of the toolchain that the system's package manager provides: compiler, linker, CMake, browser.
// What is on PATH already is taken as it is; only what is missing is installed, with apt, as root or through sudo.
import { existsSync, readFileSync } from 'node:fs';
import { findCommand, lastLines, run } from '../support/processes.mjs';
import { SetupError, step } from '../support/report.mjs';

export const llvm = '19';

const command =
  (...names) =>
  () =>
    names.some((name) => findCommand(name));

const pythonModule = (name) => () => existsSync(`/usr/lib/python3/dist-packages/${name}`);

/** Debian package -> how we know that what it gives is there. */
const probes = {
  [`clang-${llvm}`]: command(`clang++-${llvm}`),
  [`lld-${llvm}`]: command(`wasm-ld-${llvm}`),
  [`llvm-${llvm}`]: command(`llvm-ar-${llvm}`),
  [`libclang-rt-${llvm}-dev`]: () => existsSync(`/usr/lib/llvm-${llvm}/lib/clang/${llvm}/lib/linux`),
  [`clang-format-${llvm}`]: command(`clang-format-${llvm}`),
  [`clang-tidy-${llvm}`]: command(`clang-tidy-${llvm}`),
  cmake: command('cmake'),
  'ninja-build': command('ninja'),
  'zlib1g-dev': () => existsSync('/usr/include/zlib.h'),
  python3: command('python3'),
  emscripten: command('emcc'),
  'chromium-headless-shell': () => Boolean(findBrowser()),
  'firefox-esr': command('firefox-esr'),
  'webkit2gtk-driver': command('WebKitWebDriver'),
  xvfb: command('Xvfb'),
  xauth: command('xauth'),
  'fonts-liberation': () => existsSync('/usr/share/fonts/truetype/liberation'),
  valgrind: command('valgrind'),
  'python3-torch': pythonModule('torch'),
  'python3-onnx': pythonModule('onnx'),
  'gcc-arm-none-eabi': command('arm-none-eabi-gcc'),
  'picolibc-arm-none-eabi': () => existsSync('/usr/lib/picolibc/arm-none-eabi'),
  'qemu-system-arm': command('qemu-system-arm'),
  'gcc-avr': command('avr-gcc'),
  'avr-libc': () => existsSync('/usr/lib/avr/include/avr/io.h'),
  simavr: command('simavr'),
  'g++': command('g++'),
  'g++-aarch64-linux-gnu': command('aarch64-linux-gnu-g++'),
  'g++-arm-linux-gnueabihf': command('arm-linux-gnueabihf-g++'),
  'qemu-user': command('qemu-aarch64'),
};

/** The same where there is no apt: the tools go by their plain names, and what belongs to a distribution does not count. */
const probesElsewhere = {
  ...probes,
  [`clang-${llvm}`]: command(`clang++-${llvm}`, 'clang++'),
  [`llvm-${llvm}`]: () => true,
  [`libclang-rt-${llvm}-dev`]: () => true,
  [`clang-format-${llvm}`]: command(`clang-format-${llvm}`, 'clang-format'),
  [`clang-tidy-${llvm}`]: command(`clang-tidy-${llvm}`, 'clang-tidy'),
  'zlib1g-dev': () => true,
  'fonts-liberation': () => true,
  valgrind: () => true,
};

export const hasApt = () => process.platform === 'linux' && Boolean(findCommand('apt-get'));

export const missingPackages = (names) => names.filter((name) => !(hasApt() ? probes : probesElsewhere)[name]?.());

/** Debian's Chromium without windows is first, as the page's tests take a quarter less time in it. */
const browsers = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** A Chromium or Chrome for the browser tests: CHROMIUM, else what is on PATH; null where there is none. */
export const findBrowser = () =>
  process.env.CHROMIUM || browsers.map((name) => findCommand(name)).find(Boolean) || null;

/** An LLVM tool by the name that it goes by here: with its version on Debian, plain elsewhere. */
export const llvmTool = (name) => (findCommand(`${name}-${llvm}`) ? `${name}-${llvm}` : name);

export function readOsRelease(path = '/etc/os-release') {
  try {
    const pairs = readFileSync(path, 'utf8').matchAll(/^(\w+)="?([^"\n]*)"?$/gm);
    return Object.fromEntries([...pairs].map((m) => [m[1], m[2]]));
  } catch {
    return {};
  }
}

/** How to become root here: [] as root, ['sudo', …] with sudo, null where there is no way. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (!findCommand('sudo')) return null;
  return process.stdin.isTTY ? ['sudo'] : ['sudo', '-n'];
}

const installLine = (names) => `apt-get install --no-install-recommends ${names.join(' ')}`;

async function asRoot(prefix, args, options = {}) {
  const [first, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...args];
  return run(first, rest, { stdin: prefix.length > 0 ? 'inherit' : 'ignore', ...options });
}

let listsRefreshed = null;

/** Refreshes the package lists of the system's apt, once; resolves with whether that worked. */
const refreshLists = (prefix) =>
  (listsRefreshed ??= asRoot(prefix, ['apt-get', 'update', '-q']).then(({ code }) => code === 0));

/** Refreshes them if one of `names` is missing, so that what apt has to offer is known. */
export async function refreshSystemLists(names) {
  const prefix = rootPrefix();
  if (hasApt() && prefix && missingPackages(names).length > 0) await refreshLists(prefix);
}

/** Installs the missing ones of `names`; throws a SetupError that says what to do where that is not possible. */
export async function ensureSystemPackages(names) {
  const missing = missingPackages(names);
  if (missing.length === 0) return;
  if (!hasApt()) {
    throw new SetupError(`This machine lacks: ${missing.join(', ')}.`, [
      'There is no apt here to install them with. Install them with your own package manager, then run this again.',
      `These are Debian's names. They stand for LLVM ${llvm} (clang, clang-format, clang-tidy), CMake 3.25, Ninja and Chromium`,
      '(CHROMIUM may name the browser’s program).',
    ]);
  }
  const prefix = rootPrefix();
  if (!prefix) {
    throw new SetupError(`These packages are missing: ${missing.join(', ')}.`, [
      'Installing them needs root, and there is no sudo here. As root:',
      `apt-get update && ${installLine(missing)}`,
    ]);
  }
  const job = step('System packages', `apt installs ${missing.join(' ')}`);
  const refreshed = await refreshLists(prefix);
  const install = await asRoot(
    prefix,
    [
      ...['apt-get', 'install', '-y', '-q', '--no-install-recommends'],
      // sudo closes descriptor 3, so progress goes through stdout there
      ...['-o', 'DPkg::Lock::Timeout=600', '-o', `APT::Status-Fd=${prefix.length > 0 ? 1 : 3}`],
      ...missing,
    ],
    prefix.length > 0
      ? { onLine: (text) => showAptStatus(job, text) }
      : { statusLine: (text) => showAptStatus(job, text) },
  );
  const stillMissing = missingPackages(missing);
  if (install.code !== 0 || stillMissing.length > 0) {
    job.failed('apt could not install everything');
    const asked = /sudo:.*password/i.test(install.output);
    throw new SetupError(`apt could not install: ${stillMissing.join(', ') || missing.join(', ')}.`, [
      ...(asked ? ['sudo asks for a password and there is no terminal to type it in.'] : []),
      ...(!refreshed ? ['apt-get update failed as well: check your internet connection.'] : []),
      ...lastLines(install.output, 6),
      `To do it by hand: apt-get update && ${installLine(missing)}`,
    ]);
  }
  job.done(`installed ${missing.join(' ')}`);
}

/** apt's machine-readable progress: `dlstatus:…:percent:text` while fetching, `pmstatus:…` while installing. */
export function showAptStatus(job, text) {
  const match = /^(dlstatus|pmstatus):[^:]*:([\d.]+):/.exec(text);
  if (match) job.progress(match[1] === 'dlstatus' ? 'fetching' : 'installing', Number(match[2]) / 100);
}
