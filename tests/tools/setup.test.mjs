// SPDX-License-Identifier: MIT
// Set-up says what is missing where it cannot go on, refuses what is not signed, and prefers an Emscripten that is there.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { requireDiskSpace } from '../../tools/setup/debian-packages.mjs';
import { findInstalledEmscripten } from '../../tools/setup/emscripten.mjs';
import { findCommand } from '../../tools/support/processes.mjs';
import { runScript, setVariable, temporaryFolder } from './support.mjs';

function fakeEmscripten(folder, version) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'emcc'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'emscripten-version.txt'), `"${version}"\n`);
}

test('without apt and without Emscripten, set-up names emsdk and ends with an error', async (t) => {
  const { code, output } = await runScript('tools/setup.mjs', [], {
    PATH: '',
    EMSDK: '',
    TINYCNN_CACHE: temporaryFolder(t),
  });
  assert.equal(code, 1);
  assert.match(output, /Emscripten is missing/);
  assert.match(output, /3\.1\.69 or newer.*\n.*emsdk install/);
  assert.doesNotMatch(output, /^\s+at /m, 'no stack trace');
});

function fakeHeader(folder, path, prefix, major) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `#define ${prefix}_MAJOR ${major}\n#define ${prefix}_MINOR 4\n`);
}

test('without apt, what is missing is listed at once: libraries first, then programs', async (t) => {
  const folder = temporaryFolder(t);
  fakeEmscripten(join(folder, 'upstream', 'emscripten'), '3.1.70');
  const env = {
    PATH: '',
    EMSDK: folder,
    TINYCNN_CACHE: temporaryFolder(t),
    XSIMD_INCLUDE_DIR: folder,
    DOCTEST_INCLUDE_DIR: folder,
  };
  fakeHeader(folder, 'xsimd/config/xsimd_config.hpp', 'XSIMD_VERSION', 12);
  fakeHeader(folder, 'doctest/doctest.h', 'DOCTEST_VERSION', 2);
  const old = await runScript('tools/setup.mjs', [], env);
  assert.match(old.output, /Missing: xsimd 13 or newer\./);
  fakeHeader(folder, 'xsimd/config/xsimd_config.hpp', 'XSIMD_VERSION', 13);
  const { code, output } = await runScript('tools/setup.mjs', [], env);
  assert.equal(code, 1);
  assert.match(output, /This machine lacks: cmake, ninja-build, clang-19/);
});

const aptReason = findCommand('apt-get') ? false : 'needs apt-get';

test('an archive that nobody signed is refused, and nothing is unpacked', { skip: aptReason }, async (t) => {
  const cache = temporaryFolder(t);
  const mirror = temporaryFolder(t);
  mkdirSync(join(mirror, 'dists', 'trixie'), { recursive: true });
  writeFileSync(join(mirror, 'dists', 'trixie', 'Release'), 'Suite: stable\nCodename: trixie\nComponents: main\n');
  const env = {
    TINYCNN_CACHE: cache,
    TINYCNN_DEBIAN_MIRROR: `file:${mirror}`,
    XSIMD_INCLUDE_DIR: '',
    DOCTEST_INCLUDE_DIR: '',
  };
  const { code, output } = await runScript('tools/setup.mjs', [], env);
  assert.equal(code, 1);
  assert.match(output, /apt could not read file:/);
  assert.deepEqual(readdirSync(join(cache, 'debian-trixie')), []);
});

test('a cache folder on a disk that is too small is named, with both sizes', (t) => {
  const cache = temporaryFolder(t);
  setVariable(t, 'TINYCNN_CACHE', cache);
  assert.throws(() => requireDiskSpace([{ bytes: 1e15 }]), {
    message: new RegExp(`Too little disk space in ${cache}: .* free, 5000000\\.00 GB needed`),
  });
  assert.doesNotThrow(() => requireDiskSpace([{ bytes: 1 }]));
});

test('an Emscripten of EMSDK is used if it is new enough', (t) => {
  const emsdk = temporaryFolder(t);
  const folder = join(emsdk, 'upstream', 'emscripten');
  fakeEmscripten(folder, '3.1.70');
  assert.equal(findInstalledEmscripten({ EMSDK: emsdk, PATH: '' })?.version, '3.1.70');
  fakeEmscripten(folder, '3.1.6');
  assert.equal(findInstalledEmscripten({ EMSDK: emsdk, PATH: '' }), null);
});

test('an emcc on PATH is used if it is new enough and EMSDK gives none', (t) => {
  const folder = temporaryFolder(t);
  fakeEmscripten(folder, '4.0.1');
  assert.equal(findInstalledEmscripten({ EMSDK: '/nowhere', PATH: folder })?.version, '4.0.1');
});
