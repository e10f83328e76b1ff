// SPDX-License-Identifier: MIT
// Header-only libraries: xsimd 13 or newer for the kernels, doctest for the tests, CLI11 for the native command. Each is given by the folder
// to include from. A folder of the user's own wins (XSIMD_INCLUDE_DIR and so on), then a new enough one on the system,
// but never /usr/include itself, which must not shadow Emscripten's headers.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isUnpacked, packageFolder } from './debian-packages.mjs';
import { SetupError } from '../support/report.mjs';
import { hasApt } from './system-packages.mjs';
import { isAtLeast } from './version.mjs';

const libraryNames = [
  {
    name: 'xsimd',
    debian: 'libxsimd-dev',
    variable: 'XSIMD_INCLUDE_DIR',
    header: 'xsimd/config/xsimd_config.hpp',
    prefix: 'XSIMD_VERSION',
    oldest: '13',
  },
  {
    name: 'doctest',
    debian: 'doctest-dev',
    variable: 'DOCTEST_INCLUDE_DIR',
    header: 'doctest/doctest.h',
    prefix: 'DOCTEST_VERSION',
    oldest: '2.4',
  },
  {
    name: 'CLI11',
    debian: 'libcli11-dev',
    variable: 'CLI11_INCLUDE_DIR',
    header: 'CLI/Version.hpp',
    prefix: 'CLI11_VERSION',
    oldest: '2.1',
    onlyWithApt: true, // for the native command alone, which is not built without it
  },
];
const elsewhere = ['/opt/homebrew/include', '/usr/local/include'];

const readVersion = (prefix, text) =>
  ['MAJOR', 'MINOR', 'PATCH'].map((part) => new RegExp(`${prefix}_${part} (\\d+)`).exec(text)?.[1] ?? 0).join('.');

function findLibrary(wanted) {
  const { oldest } = wanted;
  const folders = [
    process.env[wanted.variable],
    isUnpacked(wanted.debian) && join(packageFolder(wanted.debian), 'usr/include'),
    ...(hasApt() ? [] : elsewhere),
  ];
  for (const folder of folders.filter(Boolean)) {
    const header = join(folder, wanted.header);
    if (!existsSync(header)) continue;
    const version = readVersion(wanted.prefix, readFileSync(header, 'utf8'));
    if (isAtLeast(version, oldest)) return { ...wanted, folder, version };
  }
  return null;
}

const isNeeded = ({ onlyWithApt = false }) => !onlyWithApt || hasApt();

/** [{ name, variable, folder, version }] without fetching anything, or null if one is missing. */
export function findHeaders() {
  const found = libraryNames.map((library) => ({ library, there: findLibrary(library) }));
  if (found.some(({ library, there }) => !there && isNeeded(library))) return null;
  return found.map(({ there }) => there).filter(Boolean);
}

/** Names of the Debian packages to unpack for what is missing; throws with advice where there is no apt. */
export function headersToUnpack() {
  const missing = libraryNames.filter((library) => isNeeded(library) && !findLibrary(library));
  if (missing.length > 0 && !hasApt()) {
    throw new SetupError(
      `Missing: ${missing.map((l) => `${l.name} ${l.oldest} or newer`).join(', ')}.`,
      missing.map(
        (l) => `Install it (brew install ${l.name}) or set ${l.variable} to the folder that holds ${l.header}.`,
      ),
    );
  }
  return missing.map((library) => library.debian);
}
