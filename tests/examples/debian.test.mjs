// SPDX-License-Identifier: MIT
//
// The Debian packages of what npm test has built: what they say of themselves, and that library and command work from where they unpack.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { inRoot } from '../../tools/support/paths.mjs';
import { findCommand, run } from '../../tools/support/processes.mjs';
import { emptyFolder, runSuccessfully } from './support.mjs';

const missing = ['cpack', 'dpkg-deb'].filter((name) => !findCommand(name));
const reason = missing.length > 0 ? `there is no ${missing.join(' and no ')} here` : false;
const packages = {};
let root;

before(async () => {
  if (reason) return;
  const folder = emptyFolder('debian');
  const config = inRoot('build', 'native-release', 'CPackConfig.cmake');
  await runSuccessfully('cpack', ['-G', 'DEB', '--config', config, '-B', folder]);
  root = join(folder, 'root');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    packages[file.split('_')[0]] = join(folder, file);
    await runSuccessfully('dpkg-deb', ['-x', join(folder, file), root]);
  }
});

const fields = async (file) => {
  const text = await runSuccessfully('dpkg-deb', ['-f', file]);
  return Object.fromEntries(text.split(/\n(?! )/).map((line) => line.split(/: (.*)/s).slice(0, 2)));
};

test('the packages say what they are, what they need and whose they are', { skip: reason }, async () => {
  assert.deepEqual(Object.keys(packages).sort(), ['libtinycnn-dev', 'tinycnn']);
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  for (const [name, file] of Object.entries(packages)) {
    const { Package, Version, Architecture, Maintainer, Depends, Description } = await fields(file);
    assert.deepEqual([Package, Version], [name, version]);
    assert.match(Architecture, /^(amd64|arm64)$/);
    assert.match(Maintainer, /TinyCNN/);
    assert.match(Depends, name === 'tinycnn' ? /libc6 .*libstdc\+\+6 .*zlib1g/ : /libstdc\+\+/);
    assert.match(Description, /convolutional networks/);
    const documents = join(root, 'usr/share/doc', name);
    assert.match(readFileSync(join(documents, 'copyright'), 'utf8'), /MIT License/);
    assert.match(
      gunzipSync(readFileSync(join(documents, 'changelog.gz'))).toString(),
      new RegExp(`^tinycnn \\(${version}\\)`),
    );
  }
});

test('the command runs from the package, and its man page is there', { skip: reason }, async () => {
  const zoo = await runSuccessfully(join(root, 'usr/bin/tinycnn'), ['zoo']);
  assert.match(zoo, /^tinycnn +18,982/m);
  const page = gunzipSync(readFileSync(join(root, 'usr/share/man/man1/tinycnn.1.gz'))).toString();
  assert.match(page, /^\.TH TINYCNN 1/m);
});

const main = `#include <iostream>
#include "tinycnn/zoo.h"
int main() {
  std::cout << tinycnn::summarize(tinycnn::find_in_zoo("tinycnn").spec).parameter_count << '\\n';
}
`;
const project = `cmake_minimum_required(VERSION 3.25)
project(count LANGUAGES CXX)
find_package(tinycnn 0.1 REQUIRED)
add_executable(count main.cpp)
target_link_libraries(count PRIVATE tinycnn::tinycnn)
`;

test('a program finds the library of the package by find_package, and runs', { skip: reason }, async () => {
  const source = emptyFolder('debian-program');
  writeFileSync(join(source, 'main.cpp'), main);
  writeFileSync(join(source, 'CMakeLists.txt'), project);
  const build = join(source, 'build');
  const args = ['-S', source, '-B', build, '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${join(root, 'usr')}`];
  await runSuccessfully('cmake', [...args, `-DCMAKE_CXX_COMPILER=${process.env.CXX ?? 'clang++-19'}`]);
  await runSuccessfully('cmake', ['--build', build]);
  assert.equal((await runSuccessfully(join(build, 'count'), [])).trim(), '18982');
});

const lintian = reason || (findCommand('lintian') ? false : 'there is no lintian here');
/** Who builds the packages names a maintainer with an address; there is none by default, and so none in the changelog. */
const known = ['malformed-contact', 'syntax-error-in-debian-changelog'];
test('lintian finds nothing else', { skip: lintian }, async () => {
  const args = ['--allow-root', '--suppress-tags', known.join(','), ...Object.values(packages)];
  const { code, output } = await run('lintian', args);
  assert.equal(code, 0, output);
  assert.deepEqual(
    output.split('\n').filter((line) => /^[EW]:/.test(line)),
    [],
  );
});

test('the packages hold nothing but what is for them', { skip: reason }, async () => {
  assert.ok(existsSync(join(root, 'usr/include/tinycnn/trainer.h')));
  const listed = async (name) => runSuccessfully('dpkg-deb', ['-c', packages[name]]);
  assert.doesNotMatch(await listed('tinycnn'), /include|\.a$/m);
  assert.doesNotMatch(await listed('libtinycnn-dev'), /usr\/bin|xsimd|native-release/);
});
