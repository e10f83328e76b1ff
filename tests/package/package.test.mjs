// SPDX-License-Identifier: MIT
//
// The npm package as a tarball: what is in it, what it weighs, and that it works in a fresh project of every kind.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from '@playwright/test';
import { problemsOfContents, problemsOfVersion } from '../../tools/release/contents.mjs';
import { checkedPackage } from '../../tools/release/checked-package.mjs';
import { installs } from '../../tools/release/installs.mjs';
import { problemsOfSizes } from '../../tools/release/sizes.mjs';
import { formatBytes } from '../../tools/support/report.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tinycnn-package-'));
let made;
let browser;

before(async () => {
  made = await checkedPackage(folder);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the version is the same everywhere, and CHANGELOG.md begins with its changes', () => {
  assert.deepEqual(made.problems.version, []);
});

test('the package holds what belongs into it and nothing else, with whole source maps and no dependencies', () => {
  assert.deepEqual(made.problems.contents, []);
});

test('each entry is within its budget', (t) => {
  for (const { entry, bytes } of made.sizes) t.diagnostic(`${entry}: ${formatBytes(bytes)} with Brotli`);
  t.diagnostic(`tarball: ${formatBytes(made.packed.bytes)}, unpacked ${formatBytes(made.packed.unpacked)}`);
  assert.deepEqual(made.problems.sizes, []);
});

test('its declarations hold the documentation, and its README is its own', () => {
  const types = readFileSync(join(made.folder, 'dist', 'types.d.ts'), 'utf8');
  assert.match(types, /Default Adam at 0\.001/);
  const readme = readFileSync(join(made.folder, 'README.md'), 'utf8');
  assert.match(readme, /import { loadEngine } from 'tinycnn'/);
  assert.doesNotMatch(readme, /npm start|bindings\//);
});

for (const { name, install } of installs) {
  test(`installed from the tarball it works: ${name}`, async (t) => {
    t.diagnostic(await install({ tarball: made.packed.tarball, folder, browser }));
  });
}

test('what must not be in a package is found', () => {
  const wrong = join(folder, 'wrong');
  cpSync(made.folder, wrong, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(wrong, 'package.json'), 'utf8'));
  writeFileSync(join(wrong, 'package.json'), JSON.stringify({ ...manifest, dependencies: { lodash: '4' } }));
  writeFileSync(join(wrong, 'dist', 'notes.docx'), '');
  writeFileSync(join(wrong, 'dist', 'extra.js'), "import 'lodash';\nimport './nowhere.js';\n");
  rmSync(join(wrong, 'dist', 'tinycnn-simd.wasm'));
  const problems = problemsOfContents(wrong);
  for (const expected of [
    'dist/tinycnn-simd.wasm is missing',
    'dist/notes.docx does not belong into the package',
    "dist/extra.js imports the package 'lodash'",
    'dist/extra.js imports ./nowhere.js, which is not there',
    'package.json has dependencies',
  ]) {
    assert.ok(problems.includes(expected), `${expected}: ${problems.join('; ')}`);
  }
});

test('versions that differ, and a release without its changes, are found', () => {
  const right = {
    version: '1.2.0',
    engineVersion: '1.2.0',
    cmake: 'project(tinycnn VERSION 1.2.0 LANGUAGES CXX)',
    changelog: '# Changelog\n\n## 1.2.0\n\n- New: all.\n\n## 1.1.0\n\n- Old.\n',
    released: true,
  };
  assert.deepEqual(problemsOfVersion(right), []);
  assert.match(problemsOfVersion({ ...right, engineVersion: '1.1.0' })[0], /the engine says 1\.1\.0/);
  assert.match(problemsOfVersion({ ...right, version: 'next' })[0], /no semantic version/);
  const unreleased = { ...right, changelog: '# Changelog\n\n## Unreleased\n\n- New.\n' };
  assert.match(problemsOfVersion(unreleased)[0], /begins with 'Unreleased'/);
  assert.deepEqual(problemsOfVersion({ ...unreleased, released: false }), []);
  assert.match(
    problemsOfVersion({ ...right, changelog: '# Changelog\n\n## 1.2.0\n\n## 1.1.0\n\n- Old.\n' })[0],
    /says nothing/,
  );
});

test('an entry that has grown beyond its budget is found', () => {
  assert.deepEqual(problemsOfSizes([{ entry: 'tinycnn', bytes: 11, budget: 10 }]), [
    'tinycnn takes 11 bytes with Brotli, more than 10',
  ]);
});
