// SPDX-License-Identifier: MIT
//
// The programs of the README and of the package's own README run as they stand, the first on a small data set under MNIST's names.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { codeBlocks } from '../../tools/docs/fences.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { runSuccessfully, writeIdxFiles } from '../examples/support.mjs';
import { projectFolder } from './blocks.mjs';

/** Runs the only program of a README in a project of its own; `prepare` puts there what it reads. */
async function runProgram(readme, name, prepare = (_folder) => {}) {
  const programs = codeBlocks(readFileSync(inRoot(readme), 'utf8')).filter(({ language }) => language === 'js');
  assert.equal(programs.length, 1);
  const folder = projectFolder(name);
  prepare(folder);
  writeFileSync(join(folder, 'program.mjs'), programs[0].code);
  return runSuccessfully(process.execPath, ['program.mjs'], { cwd: folder });
}

test('the program of the README trains, evaluates and saves', async () => {
  const output = await runProgram('README.md', 'readme', (folder) =>
    cpSync(writeIdxFiles('readme-data', { gzipped: true }), join(folder, 'web', 'dist', 'data', 'mnist'), {
      recursive: true,
    }),
  );
  assert.match(output, /step: 63,[^]*accuracy: 0\.\d+[^]*\n0\.\d+\n$/);
});

test('the program of the package’s README trains, predicts and exports', async () => {
  const output = await runProgram(join('bindings', 'README.md'), 'package-readme');
  assert.match(output, /^1 0\.[89]\d*\n2 0\.[89]\d*\nFloat32Array\(10\) \[/);
});
