// SPDX-License-Identifier: MIT
// A stage is done again when the content of its inputs has changed, and only then.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hashInputs, listFiles } from '../../tools/build/inputs.mjs';
import { temporaryFolder } from './support.mjs';

function sources(t) {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'a.cpp'), 'int a;');
  writeFileSync(join(folder, 'dist', 'made.js'), 'output');
  return folder;
}

test('a touched file changes nothing, a changed one does', (t) => {
  const folder = sources(t);
  const first = hashInputs([folder]);
  utimesSync(join(folder, 'a.cpp'), 1, 1);
  assert.equal(hashInputs([folder]), first);
  writeFileSync(join(folder, 'a.cpp'), 'int b;');
  assert.notEqual(hashInputs([folder]), first);
});

test('a renamed file, an added file and another key change the hash', (t) => {
  const folder = sources(t);
  const hashes = [hashInputs([folder]), hashInputs([folder], { toolchain: 2 })];
  renameSync(join(folder, 'a.cpp'), join(folder, 'b.cpp'));
  hashes.push(hashInputs([folder]));
  writeFileSync(join(folder, 'c.cpp'), '');
  hashes.push(hashInputs([folder]));
  assert.equal(new Set(hashes).size, hashes.length);
});

test('build outputs are no inputs, and a missing input is empty', (t) => {
  const folder = sources(t);
  assert.deepEqual(listFiles(folder), [join(folder, 'a.cpp')]);
  assert.deepEqual(listFiles(join(folder, 'nothing')), []);
});
