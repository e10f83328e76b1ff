// SPDX-License-Identifier: MIT
//
// Goes through a document's code blocks as a reader does: writes the files, runs the commands in a folder in which the package is installed,
// and compares what they print. docs/guides/README.md says what the blocks' first lines mean.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { codeBlocks } from '../../tools/docs/fences.mjs';
import { writePackage } from '../../tools/release/package-folder.mjs';
import { findPythonWithTorch, howToGetPyTorch } from '../../tools/setup/pytorch.mjs';
import { llvmTool } from '../../tools/setup/system-packages.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { findCommand, run } from '../../tools/support/processes.mjs';

const known = ['file', 'from', 'compile', 'needs', 'not-run'];
const timeoutSeconds = 300; // a busy machine

const folderOf = (name) => inRoot('build', 'docs', name);

/** An empty folder below build/docs in which `tinycnn` is installed as from its tarball. */
export function projectFolder(name) {
  const [project, installed] = [folderOf(name), join(folderOf(name), 'node_modules')];
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(installed, '.bin'), { recursive: true });
  writePackage(join(installed, 'tinycnn'));
  symlinkSync(join('..', 'tinycnn', 'dist', 'cli', 'tinycnn.js'), join(installed, '.bin', 'tinycnn'));
  return project;
}

const python = findPythonWithTorch();

function hasPicolibc() {
  const { stdout } = spawnSync('arm-none-eabi-gcc', ['-print-file-name=picolibc.specs'], { encoding: 'utf8' });
  return (stdout ?? '').includes('/'); // the bare name where there is none
}

/** Why a block that needs a program cannot be run here; null where it can. */
const missing = (() => {
  const reasons = new Map();
  const look = (program) => {
    if (program === 'torch') return python ? null : `needs PyTorch. ${howToGetPyTorch}`;
    if (program === 'picolibc') return hasPicolibc() ? null : 'needs arm-none-eabi-gcc and picolibc';
    return findCommand(program) ? null : `needs ${program}`;
  };
  return (program) => {
    if (program === undefined) return null;
    if (!reasons.has(program)) reasons.set(program, look(program));
    return reasons.get(program);
  };
})();

const escapeRegExp = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a `text` block says, as a pattern over the lines that were printed. */
export function expectation(text) {
  const lines = text.trimEnd().split('\n');
  const pattern = lines.map((line) =>
    line.trim() === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(escapeRegExp).join('.*')}\\n`,
  );
  return new RegExp(`^${pattern.join('')}$`);
}

const indentOf = (line) => /^ */.exec(line)[0];

/** Code without what its lines have in common on the left. */
function dedent(code) {
  const lines = code.trimEnd().split('\n');
  const margin = Math.min(...lines.filter((line) => line !== '').map((line) => indentOf(line).length));
  return lines.map((line) => line.slice(margin));
}

/** Whether a file has these lines one after another, further in or out. */
export function holds(text, code) {
  const wanted = dedent(code);
  const lines = text.split('\n');
  const squeezed = (line) => line.replace(/(\S) +/g, '$1 ');
  return lines.some((_, at) => {
    const part = lines.slice(at, at + wanted.length);
    if (part.length < wanted.length || part[0] === '') return false;
    return dedent(part.join('\n')).every((line, i) => squeezed(line) === squeezed(wanted[i]));
  });
}

async function compiles(path) {
  const compiler = findCommand(llvmTool('clang++')) ?? findCommand('g++');
  assert.ok(compiler, `${path} is to compile, and there is neither clang++ nor g++ here`);
  const includes = [`-I${inRoot('core')}`, `-I${inRoot('core', 'include')}`];
  const args = [
    '-std=c++20',
    '-fsyntax-only',
    '-Wno-pragma-once-outside-header',
    ...includes,
    '-x',
    'c++',
    inRoot(path),
  ];
  const { code, output } = await run(compiler, args, { timeoutSeconds });
  assert.equal(code, 0, `${path} does not compile\n${output}`);
}

async function checkSource(code, { from, compile }) {
  assert.ok(holds(readFileSync(inRoot(from), 'utf8'), code), `${from} no longer holds\n${code}`);
  if (compile) await compiles(from);
}

async function runCommands(code, folder) {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  // the python3 that has PyTorch may not be the first on PATH
  if (python) writeFileSync(join(bin, 'python3'), `#!/bin/sh\nexec ${python} -B -W ignore "$@"\n`, { mode: 0o755 });
  const env = {
    ...process.env,
    PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
    npm_config_offline: 'true',
  };
  const result = await run('bash', ['-e', '-o', 'pipefail', '-c', code], { cwd: folder, env, timeoutSeconds });
  assert.equal(result.code, 0, `${code}ended with exit code ${result.code}\n${result.output}`);
  return result.output;
}

/** What is wrong with how a block is marked; null if nothing is. */
export function problemWith({ language, attributes, code = '', line }) {
  const unknown = Object.keys(attributes).find((name) => !known.includes(name));
  if (unknown) return `line ${line}: unknown attribute ${unknown}`;
  const { file, from, 'not-run': reason } = attributes;
  if (language === 'text' && code.trim() === '…') return `line ${line}: expected some of what is printed`;
  if (reason !== undefined)
    return reason.split(' ').length > 3 ? null : `line ${line}: expected why the block is not run`;
  if (file || from || ['sh', 'text'].includes(language)) return null;
  return `line ${line}: a block of ${language} that no test runs: expected file=, from=, or not-run="why"`;
}

/**
 * Goes through the blocks of a Markdown text in `folder`. Calls `leaveOut(reason)` once for each reason why blocks were left out.
 * @param {string} text
 * @param {string} folder
 * @param {(reason: string) => void} leaveOut
 */
export async function runBlocks(text, folder, leaveOut) {
  const left = new Set();
  let printed = null;
  for (const block of codeBlocks(text)) {
    const { language, attributes, code, line } = block;
    assert.equal(problemWith(block), null);
    if (attributes['not-run'] !== undefined) continue;
    const reason = missing(attributes.needs);
    if (reason) {
      if (!left.has(reason)) leaveOut(reason);
      left.add(reason);
    } else if (attributes.from) await checkSource(code, attributes);
    else if (attributes.file) writeFileSync(join(folder, attributes.file), code);
    else if (language === 'sh') printed = await runCommands(code, folder);
    else assert.match(printed, expectation(code), `line ${line}: the commands above print something else`);
  }
}
