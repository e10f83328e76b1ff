// SPDX-License-Identifier: MIT
// The folders of the core depend on each other in one direction, and what is private stays private.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/support/paths.mjs';

/** What the files of each folder may include, besides public headers and their own folder. */
const allowed = {
  support: [],
  kernels: ['support'],
  model: ['support'],
  layers: ['kernels', 'model', 'support'],
  plan: ['layers', 'model', 'kernels', 'support'],
  data: ['kernels', 'support'],
  handwriting: ['kernels', 'support'],
  training: ['plan', 'model', 'kernels', 'data', 'handwriting', 'support'],
  formats: ['plan', 'model', 'training', 'support'],
  quantization: ['formats', 'model', 'training', 'kernels', 'support'],
  threads: ['support'],
  reference: ['kernels', 'support'],
};

const sourcesIn = (folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(cpp|h)$/.test(name))
    .map((name) => join(folder, name).replaceAll('\\', '/'));

const includesOf = (file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^\s*#\s*include\s*(<|")([^>"]+)[>"]/gm)].map(
    ([, kind, name]) => ({ name, isOurs: kind === '"' }),
  );

/** "file includes name" for every include that `isWrong`. */
const wrongIncludes = (files, isWrong) =>
  files.flatMap((file) =>
    includesOf(file)
      .filter((include) => isWrong(include, file))
      .map(({ name }) => `${relative('', file)} includes ${name}`),
  );

const folderOf = (path) => path.split('/')[0];

test('every folder of the core has its rule', () => {
  const folders = readdirSync(join(root, 'core'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map(({ name }) => name).sort(), [...Object.keys(allowed), 'include'].sort());
});

for (const [folder, others] of Object.entries(allowed)) {
  test(`core/${folder} includes only public headers, its own and those of: ${others.join(', ') || 'no other folder'}`, () => {
    const known = ['tinycnn', folder, ...others];
    assert.deepEqual(
      wrongIncludes(sourcesIn(`core/${folder}`), ({ name, isOurs }) => isOurs && !known.includes(folderOf(name))),
      [],
    );
  });
}

test('public headers include public headers alone, so that they can be installed', () => {
  const isPrivate = ({ name, isOurs }) => (isOurs ? folderOf(name) !== 'tinycnn' : name.includes('xsimd'));
  assert.deepEqual(wrongIncludes(sourcesIn('core/include'), isPrivate), []);
});

test('xsimd is included in core/kernels alone', () => {
  const files = [...sourcesIn('core'), ...sourcesIn('bindings'), ...sourcesIn('tests')];
  assert.deepEqual(
    wrongIncludes(files, ({ name }, file) => name.startsWith('xsimd') && !file.startsWith('core/kernels/')),
    [],
  );
});

test('the bindings include public headers, their own, and the texts of errors', () => {
  const own = ['bindings', 'bindings/native'].flatMap((folder) => readdirSync(join(root, folder)));
  const isWrong = ({ name, isOurs }) =>
    isOurs && folderOf(name) !== 'tinycnn' && name !== 'support/text.h' && !own.includes(name);
  const files = sourcesIn('bindings').filter((file) => !file.includes('/node_modules/'));
  assert.deepEqual(wrongIncludes(files, isWrong), []);
});
