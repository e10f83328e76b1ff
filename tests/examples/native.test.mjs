// SPDX-License-Identifier: MIT
//
// The native library as other CMake projects use it: installed, by FetchContent and by add_subdirectory. npm test builds the library
// that is installed here (build/native-release); build folders are kept, so that only what has changed is compiled again.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { inRoot } from '../../tools/support/paths.mjs';
import { findCommand, run } from '../../tools/support/processes.mjs';
import { emptyFolder, lastAccuracy, runSuccessfully, writeIdxFiles } from './support.mjs';

const example = inRoot('examples', 'native');
const buildFolder = (name) => inRoot('build', 'examples', name);
// The tests choose the compiler, and where xsimd is, by CMake variables; ccache has to find out which compiler it runs.
const { CXX, XSIMD_INCLUDE_DIR, ...inherited } = process.env;
const env = { ...inherited, CCACHE_COMPILERTYPE: 'auto' };
const clang = CXX ?? 'clang++-19';

let prefix;
let idx;

before(async () => {
  idx = writeIdxFiles('idx');
  // Installed in one place and used from another: a package must not remember where it was made.
  const elsewhere = join(emptyFolder('install'), 'moved');
  prefix = join(emptyFolder('prefix'), 'tinycnn');
  await runSuccessfully('cmake', ['--install', inRoot('build', 'native-release'), '--prefix', elsewhere]);
  renameSync(elsewhere, prefix);
});

/** Configures a project; its objects of an earlier run stay. */
const configure = (source, build, compiler, variables) =>
  runSuccessfully(
    'cmake',
    [
      ...['--fresh', '-S', source, '-B', build, '-G', 'Ninja', `-DCMAKE_CXX_COMPILER=${compiler}`],
      ...Object.entries({ CMAKE_EXPORT_COMPILE_COMMANDS: 'ON', ...variables }).map(
        ([name, value]) => `-D${name}=${value}`,
      ),
    ],
    { env },
  );

/** One file at a time: other suites run on the other cores. */
const compile = (build, ...targets) =>
  runSuccessfully(
    'cmake',
    ['--build', build, '--parallel', '1', ...(targets.length > 0 ? ['--target', ...targets] : [])],
    { env },
  );

/** How a build folder compiles the source file of that name. */
function compileCommand(build, name) {
  const entries = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'));
  const found = entries.filter(({ file }) => file.endsWith(`/${name}`));
  assert.equal(found.length, 1, `expected one ${name} in ${build}`);
  return found[0].command;
}

/** A program that uses the library gets C++20 and one include folder, and none of the options that our own sources are compiled with. */
function assertOnlyUsageRequirements(command, includeFolder) {
  const words = command.split(' ');
  assert.ok(
    words.some((word) => /^-std=(c|gnu)\+\+20$/.test(word)),
    command,
  );
  assert.deepEqual(
    words.filter((word) => /^-[Wfm]/.test(word) && word !== '-fcolor-diagnostics'),
    [],
    command,
  );
  const included = words.flatMap((word, i) =>
    word === '-isystem' ? [words[i + 1]] : word.startsWith('-I') ? [word.slice(2)] : [],
  );
  assert.deepEqual(included, [includeFolder], command);
}

/** Trains with the example's program; { output, weights, checkpoint }. */
async function trainWith(build) {
  const checkpoint = join(build, 'checkpoint.tinycnn');
  const output = await runSuccessfully(join(build, 'train_idx'), [idx, '3', checkpoint]);
  const weights = /weights ([0-9a-f]{1,16})$/m.exec(output)?.[1];
  assert.ok(weights, output);
  return { output, weights, checkpoint: readFileSync(checkpoint) };
}

let installed; // what the example printed and saved, for the tests after it to compare with

test('find_package: the example builds with the installed library alone, trains and saves', async () => {
  const build = buildFolder('find-package');
  await configure(example, build, clang, { CMAKE_PREFIX_PATH: prefix, FETCHCONTENT_FULLY_DISCONNECTED: 'ON' });
  assertOnlyUsageRequirements(compileCommand(build, 'main.cpp'), join(prefix, 'include'));
  await compile(build);
  installed = await trainWith(build);
  assert.ok(lastAccuracy(installed.output) > 95, installed.output);
  assert.match(installed.output, /^test image 4: \d with probability [01]\.\d+, labelled \d$/m);
});

test('the checkpoint that the example saves is read by the package, which evaluates it to the same accuracy', async (t) => {
  const engine = await loadEngine({ threads: 1 });
  const session = engine.createSession({ model: 'tinycnn', seed: 1 });
  t.after(() => session.dispose());
  session.load(installed.checkpoint);
  session.setData('test', {
    ...engine.readIdxImages(readFileSync(join(idx, 't10k-images-idx3-ubyte'))),
    ...engine.readIdxLabels(readFileSync(join(idx, 't10k-labels-idx1-ubyte'))),
  });
  assert.equal((100 * session.evaluate('test').accuracy).toFixed(4), lastAccuracy(installed.output).toFixed(4));
});

test('the program says what is wrong with its arguments and files', async () => {
  const program = join(buildFolder('find-package'), 'train_idx');
  const refusal = async (...args) => {
    const { code, output } = await run(program, args);
    assert.notEqual(code, 0);
    return output;
  };
  assert.match(await refusal(), /^usage: train_idx FOLDER/);
  assert.match(await refusal(idx, 'many'), /expected a number of epochs from 1, got many/);
  assert.match(await refusal(join(idx, 'nowhere')), /cannot read .*nowhere.t10k-images-idx3-ubyte/);
  const damaged = emptyFolder('damaged-idx');
  for (const file of readdirSync(idx))
    writeFileSync(join(damaged, file), readFileSync(join(idx, file)).subarray(0, 100));
  assert.match(await refusal(damaged), /train_idx: \[.*expected/);
});

test('every public header compiles on its own, with the installed headers and a user’s warnings alone', async () => {
  const folder = join(prefix, 'include', 'tinycnn');
  const headers = readdirSync(folder).toSorted();
  assert.deepEqual(headers, readdirSync(inRoot('core', 'include', 'tinycnn')).toSorted());
  const options = ['-std=c++20', '-fsyntax-only', `-I${join(prefix, 'include')}`];
  const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror', '-Wno-pragma-once-outside-header'];
  await runSuccessfully(clang, [
    ...options,
    ...warnings,
    '-x',
    'c++',
    ...headers.map((header) => join(folder, header)),
  ]);
});

test('another minor version of the package is not accepted', async () => {
  const source = emptyFolder('version');
  writeFileSync(
    join(source, 'CMakeLists.txt'),
    'cmake_minimum_required(VERSION 3.25)\nproject(version LANGUAGES CXX)\nfind_package(tinycnn 0.0 REQUIRED)\n',
  );
  const args = ['-S', source, '-B', join(source, 'build'), '-G', 'Ninja', `-DCMAKE_CXX_COMPILER=${clang}`];
  const { code, output } = await run('cmake', [...args, `-DCMAKE_PREFIX_PATH=${prefix}`], { env });
  assert.notEqual(code, 0);
  assert.match(output, /tinycnn-config\.cmake, version: \d+\.\d+\.\d+/);
});

test('FetchContent: the example builds from the sources, by GCC where there is one, and trains to the same bits', async (t) => {
  const compiler = findCommand('g++') ?? clang;
  t.diagnostic(`compiled by ${compiler}`);
  const build = buildFolder('fetch-content');
  await configure(example, build, compiler, {
    FETCHCONTENT_TRY_FIND_PACKAGE_MODE: 'NEVER',
    XSIMD_INCLUDE_DIR,
    // Compiled without optimisation: it takes a third of the time, and no bit may depend on it.
    CMAKE_BUILD_TYPE: 'Debug',
    CMAKE_CXX_FLAGS_DEBUG: '-O0',
    TINYCNN_PCH: 'ON',
  });
  assertOnlyUsageRequirements(compileCommand(build, 'main.cpp'), inRoot('core', 'include'));
  await compile(build);
  const { weights, checkpoint } = await trainWith(build);
  assert.equal(weights, installed.weights);
  assert.deepEqual(checkpoint, installed.checkpoint);
});

test('compiling with -ffast-math is refused, as results would no longer be the same bits everywhere', async () => {
  const includes = [`-I${inRoot('core')}`, `-I${inRoot('core', 'include')}`, '-isystem', XSIMD_INCLUDE_DIR];
  const args = ['-std=c++20', '-fsyntax-only', '-ffast-math', ...includes, inRoot('core', 'kernels', 'relu.cpp')];
  const { code, output } = await run(clang, args);
  assert.notEqual(code, 0);
  assert.match(output, /error: "-ffast-math lets the compiler reorder sums/);
});

/** A package as xsimd installs it, of the headers that are there. */
function writeXsimdPackage(version) {
  const folder = emptyFolder('xsimd');
  const target = `add_library(xsimd INTERFACE IMPORTED)\ntarget_include_directories(xsimd INTERFACE "${XSIMD_INCLUDE_DIR}")\n`;
  writeFileSync(join(folder, 'xsimdConfig.cmake'), target);
  const compatible = `set(PACKAGE_VERSION ${version})\nset(PACKAGE_VERSION_COMPATIBLE TRUE)\n`;
  writeFileSync(join(folder, 'xsimdConfigVersion.cmake'), compatible);
  return folder;
}

/** A project of two folders, one of which uses the library that the other adds. */
function writeProject() {
  const source = emptyFolder('add-subdirectory', 'source');
  mkdirSync(join(source, 'program'));
  writeFileSync(
    join(source, 'CMakeLists.txt'),
    [
      'cmake_minimum_required(VERSION 3.25)',
      'project(outer LANGUAGES CXX)',
      'set(CMAKE_CXX_STANDARD 17)',
      `add_subdirectory("${inRoot()}" tinycnn)`,
      'add_subdirectory(program)',
    ].join('\n'),
  );
  writeFileSync(
    join(source, 'program', 'CMakeLists.txt'),
    [
      `add_executable(train_idx "${join(example, 'main.cpp')}")`,
      'target_link_libraries(train_idx PRIVATE tinycnn::tinycnn)',
    ].join('\n'),
  );
  return source;
}

test('add_subdirectory: xsimd comes by find_package, and a program gets the library’s usage requirements alone', async () => {
  const build = buildFolder('add-subdirectory/build');
  await configure(writeProject(), build, clang, { xsimd_DIR: writeXsimdPackage('14.0.0') });
  assertOnlyUsageRequirements(compileCommand(build, 'main.cpp'), inRoot('core', 'include'));
  // Not the whole library a second time: one kernel, which includes xsimd.
  await compile(build, 'tinycnn/core/CMakeFiles/tinycnn_core.dir/kernels/relu.cpp.o');
});

test('without xsimd, or with one that is too old, configuring ends with what to do', async () => {
  const source = writeProject();
  const refusal = async (variables) => {
    rmSync(buildFolder('no-xsimd'), { recursive: true, force: true });
    return assert.rejects(
      configure(source, buildFolder('no-xsimd'), clang, variables),
      /needs xsimd 13 or newer[^]*XSIMD_INCLUDE_DIR/,
    );
  };
  await refusal({ CMAKE_DISABLE_FIND_PACKAGE_xsimd: 'ON' });
  await refusal({ xsimd_DIR: writeXsimdPackage('12.1.0') });
});
