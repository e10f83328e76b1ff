// SPDX-License-Identifier: MIT
// Finds an Emscripten that is new enough (EMSDK, PATH, the system's package), or makes a private one in the cache folder
// from Debian's packages: emscripten itself, binaryen with the C library it was built for, and acorn.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { isUnpacked, packageFolder } from './debian-packages.mjs';
import { cacheFolder, inCache } from '../support/paths.mjs';
import { findCommand, run } from '../support/processes.mjs';
import { SetupError } from '../support/report.mjs';
import { ensureSystemPackages, hasApt, llvm, readOsRelease } from './system-packages.mjs';
import { isAtLeast } from './version.mjs';

export const oldestEmscripten = '3.1.69';
const privatePackages = [
  ...['emscripten', 'node-acorn', 'binaryen'],
  ...['libc6', 'libstdc++6', 'libgcc-s1'], // what binaryen's programs were linked with
];
const privateSystemPackages = [`clang-${llvm}`, `lld-${llvm}`, `llvm-${llvm}`, 'python3'];

/** The folder that `emcc` really lives in, with its version; null where there is none. */
export function describeEmcc(path) {
  if (!path || !existsSync(path)) return null;
  const folder = dirname(realpathSync(path));
  try {
    const text = readFileSync(join(folder, 'emscripten-version.txt'), 'utf8');
    return { folder, version: text.replace(/["\s]/g, '') };
  } catch {
    return null;
  }
}

/** An emcc of the user's own that is new enough: EMSDK first, then PATH. Ours in the cache does not count. */
export function findInstalledEmscripten(env = process.env) {
  const candidates = [env.EMSDK && join(env.EMSDK, 'upstream', 'emscripten', 'emcc'), findCommand('emcc', env)];
  const found = candidates.map(describeEmcc).filter((emcc) => emcc && !emcc.folder.startsWith(cacheFolder(env) + sep));
  return found.find((emcc) => isAtLeast(emcc.version, oldestEmscripten)) ?? null;
}

const privateFolder = () => join(packageFolder('emscripten'), 'usr/share/emscripten');

/** What exists without fetching anything: { folder, version, config, origin } or null. */
export function findEmscripten() {
  const installed = findInstalledEmscripten();
  if (installed) return { ...installed, config: null, origin: 'installed' };
  if (!privatePackages.every(isUnpacked)) return null;
  const emcc = describeEmcc(join(privateFolder(), 'emcc'));
  return emcc && { ...emcc, config: writePrivateFiles(), origin: 'private' };
}

/** System packages that the chosen Emscripten needs besides itself. */
export const packagesBeside = (emscripten) =>
  !emscripten || emscripten.origin === 'private' ? privateSystemPackages : [];

/**
 * Makes Emscripten come from the system's packages where they are new enough. Otherwise resolves with the names of the
 * Debian packages to unpack privately; throws where neither is possible.
 */
export async function prepareEmscripten() {
  if (findEmscripten()) return [];
  if (!hasApt()) throw new SetupError('Emscripten is missing.', howToGetEmsdk());
  if (isAtLeast(await candidateVersion('emscripten'), oldestEmscripten)) {
    await ensureSystemPackages(['emscripten']);
    return [];
  }
  if (readOsRelease().ID === 'debian' || process.env.TINYCNN_DEBIAN_MIRROR) return privatePackages;
  throw new SetupError('This system’s own Emscripten is too old.', [
    ...howToGetEmsdk(),
    'Or set TINYCNN_DEBIAN_MIRROR to a Debian mirror, and install debian-archive-keyring.',
  ]);
}

const howToGetEmsdk = () => [
  `TinyCNN needs Emscripten ${oldestEmscripten} or newer. Install the Emscripten SDK (emscripten.org, "Download and install"):`,
  './emsdk install latest && ./emsdk activate latest',
  'then set EMSDK to its folder, or put emcc on PATH (source ./emsdk_env.sh), and run this again.',
];

/** The version that apt would install, e.g. "3.1.69+dfsg-3" without its epoch; null if it has none. */
async function candidateVersion(name) {
  const { stdout } = await run('apt-cache', ['policy', name], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  const match = /^\s*Candidate:\s*(?:\d+:)?(\S+)/m.exec(stdout);
  return match && match[1] !== '(none)' ? match[1] : null;
}

/**
 * Binaryen's launchers, acorn's link and Emscripten's configuration. They hold absolute paths, so they are written
 * anew whenever they differ (another Node, a cache that moved).
 */
function writePrivateFiles() {
  const toolchain = inCache('emscripten');
  const bin = join(toolchain, 'binaryen', 'bin');
  mkdirSync(bin, { recursive: true });
  const libraries = ['libc6', 'libstdc++6', 'libgcc-s1'].map(libraryFolder);
  const loader = readdirSync(libraries[0]).find((name) => /^ld-linux.*\.so/.test(name));
  const programs = join(packageFolder('binaryen'), 'usr/bin');
  const path = [...libraries, libraryFolder('binaryen')].join(':');
  for (const name of readdirSync(programs)) {
    const launch = [join(libraries[0], loader), '--library-path', path, join(programs, name)];
    const text = `#!/bin/sh\nexec ${launch.map((part) => `'${part}'`).join(' ')} "$@"\n`;
    if (writeIfChanged(join(bin, name), text)) chmodSync(join(bin, name), 0o755);
  }
  linkTo(join(privateFolder(), 'node_modules'), join(packageFolder('node-acorn'), 'usr/share/nodejs'));
  const config = join(toolchain, 'config.py');
  writeIfChanged(config, emscriptenConfig(join(toolchain, 'binaryen')));
  return config;
}

const libraryFolder = (name) => {
  const parent = join(packageFolder(name), 'usr/lib');
  const triplet = readdirSync(parent).find((folder) => /-linux-gnu/.test(folder));
  return join(parent, triplet);
};

const emscriptenConfig = (binaryen) =>
  [
    '# Written by tools/setup/emscripten.mjs',
    `LLVM_ROOT = ${JSON.stringify(`/usr/lib/llvm-${llvm}/bin`)}`,
    `BINARYEN_ROOT = ${JSON.stringify(binaryen)}`,
    `NODE_JS = ${JSON.stringify(process.execPath)}`,
    'FROZEN_CACHE = True',
    '',
  ].join('\n');

function writeIfChanged(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  writeFileSync(path, text);
  return true;
}

function linkTo(link, target) {
  const text = relative(dirname(link), target);
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  rmSync(link, { recursive: true, force: true });
  symlinkSync(text, link);
}
