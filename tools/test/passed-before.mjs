// SPDX-License-Identifier: MIT
// A suite that passed is not run again while nothing that it depends on has changed: its files, the tools that build and run it, and the
// data that it is given. What failed or left a test out is always run again.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { hashInputs, isCurrent, markStage, stampPath } from '../build/inputs.mjs';
import { inRoot } from '../support/paths.mjs';

/** Names of files and folders that suites depend on, from the narrowest to all of the checkout. A build folder has to be named itself. */
const tools = ['package.json', 'package-lock.json', 'tools', 'tools/build'];
const native = ['CMakeLists.txt', 'CMakePresets.json', 'core', 'tests/CMakeLists.txt'];
const tests = (...names) => names.map((name) => `tests/${name}`);
const engine = [...native, ...tests('core', 'formats', 'fuzz', 'bench', 'support'), ...tools];
const packaged = [...engine, 'bindings', 'examples', 'docs', ...tests('wasm', 'parity', 'examples')];
const page = [...packaged, 'web', ...tests('e2e', 'web', 'webkit', 'kill', 'cli')];
const shipped = [...page, 'LICENSE', 'CHANGELOG.md', ...tests('package')];
const documented = [...page, 'README.md', 'LICENSE', 'CHANGELOG.md', ...tests('docs')];
export const dependencies = { engine, packaged, page, shipped, documented, everything: ['.', 'tools/build'] };

/** Folders of published data, which never change. */
const dataFolders = ['MNIST_DIR', 'FASHION_MNIST_DIR', 'LETTERS_DIR', 'PEN_DIGITS_DIR'];

const programs = ['CHROMIUM', 'FIREFOX', 'CC', 'CXX'];

/** The programs that suites are built and run with, as far as they can be told apart without starting them. */
function machine(env) {
  const age = (path) => (path && existsSync(path) ? statSync(path).mtimeMs : 0);
  const names = [...Object.keys(env).filter((name) => /_(DIR|ROOT|CONFIG)$/.test(name)), ...dataFolders, ...programs];
  return {
    node: process.version,
    env: [...new Set(names)].sort().map((name) => [name, env[name] ?? null]),
    ages: programs.map((name) => age(env[name])),
  };
}

const stampName = (suite) => `passed.${suite.name.replace(/\W+/g, '-')}`;
const countsName = (suite) => `${stampName(suite)}.counts`;

/** The record that `runSuites` asks; `isRunAll`: it finds nothing, and still keeps what passes. */
export function resultRecord(env, isRunAll = false) {
  const key = machine(env);
  return {
    of: (suite) =>
      hashInputs(
        suite.dependsOn.map((path) => inRoot(path)),
        [suite.name, key],
      ),
    find(suite, hash) {
      if (isRunAll || !isCurrent(stampName(suite), hash, [stampPath(countsName(suite))])) return null;
      const passed = Number(readFileSync(stampPath(countsName(suite)), 'utf8'));
      return { passed, failed: 0, skipped: [], output: '', unchanged: true };
    },
    keep(suite, hash, { passed, failed, skipped }) {
      markStage(stampName(suite));
      if (failed > 0 || skipped.length > 0) return;
      markStage(countsName(suite), String(passed));
      markStage(stampName(suite), hash);
    },
  };
}
