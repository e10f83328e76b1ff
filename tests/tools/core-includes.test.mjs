// SPDX-License-Identifier: MIT
//
// Who may include whom in core/, as docs/architecture.md says: dependencies point downwards, public headers stand on their own, and
// xsimd is included in one place.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { test } from 'node:test';
import { listFiles } from '../../tools/build/inputs.mjs';
import { inRoot } from '../../tools/support/paths.mjs';

/** For each folder those whose private headers it may include, besides its own. */
const below = {
  formats: ['model', 'training', 'support'],
  training: ['plan', 'layers', 'model', 'kernels', 'support'],
  plan: ['layers', 'model', 'kernels', 'support'],
  layers: ['model', 'kernels', 'support'],
  model: ['support'],
  data: ['kernels', 'support'],
  handwriting: ['kernels', 'support'],
  kernels: ['support'],
  threads: ['support'],
  support: [],
  include: [],
  reference: ['layers', 'model', 'kernels', 'support'],
};

const sources = listFiles(inRoot('core')).filter((file) => /\.(h|cpp)$/.test(file));
const includesOf = (file) =>
  [...readFileSync(file, 'utf8').matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)].map(([, name]) => name);
const pathInCore = (file) => relative(inRoot('core'), file).split(sep).join('/');
const folderOf = (path) => path.split('/')[0];

/** Lines `file: name` for every include that `isWrong` finds fault with. */
const wrongIncludes = (isWrong) =>
  sources.flatMap((file) =>
    includesOf(file)
      .filter((name) => isWrong(pathInCore(file), name))
      .map((name) => `${pathInCore(file)}: ${name}`),
  );

test('every folder of core/ is in the table', () => {
  assert.deepEqual(
    [...new Set(sources.map((file) => folderOf(pathInCore(file))))].toSorted(),
    Object.keys(below).toSorted(),
  );
});

test('core/ includes private headers of folders below only', () => {
  const isAbove = (path, name) => {
    const [from, to] = [folderOf(path), folderOf(name)];
    return to in below && to !== from && !below[from].includes(to);
  };
  assert.deepEqual(wrongIncludes(isAbove), []);
});

test('public headers include public headers and the standard library alone', () => {
  const isPrivate = (path, name) =>
    path.startsWith('include/') && !name.startsWith('tinycnn/') && (name.includes('/') || name.includes('xsimd'));
  assert.deepEqual(wrongIncludes(isPrivate), []);
});

test('xsimd is included by kernels/simd.h alone', () => {
  assert.deepEqual(
    wrongIncludes((_, name) => name.startsWith('xsimd/')),
    ['kernels/simd.h: xsimd/xsimd.hpp'],
  );
});
