// SPDX-License-Identifier: MIT
// The direction of imports in web/src: what ESLint reports, and that its own configuration has the rule.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { importDirections } from '../../tools/checks/import-directions.mjs';
import { inRoot } from '../../tools/support/paths.mjs';

const root = inRoot('web', 'src');

/** What the rule says of one line in a file below web/src. */
function reports(file, line) {
  /** @type {import('eslint').Linter.Config} */
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: /** @type {import('eslint').Linter.Parser} */ (tseslint.parser) },
    plugins: { tinycnn: { rules: { 'import-directions': importDirections } } },
    rules: { 'tinycnn/import-directions': ['error', { root }] },
  };
  return new Linter({ cwd: root }).verify(line, [config], `${root}/${file}`).map(({ message }) => message);
}

/** @type {[file: string, line: string, says: RegExp][]} */
const violations = [
  ['shared/a.ts', "import { x } from '../state/b';", /^shared\/ must not import from state\//],
  ['shared/a.ts', "import type { X } from '../math/b';", /^shared\/ must not import from math\//],
  ['shared/a.ts', "import { signal } from '@preact/signals';", /^shared\/ imports nothing but types/],
  ['shared/a.ts', "import { loadEngine } from 'tinycnn';", /^shared\/ imports nothing but types/],
  ['worker/a.ts', "import { x } from '../state/b';", /^worker\/ must not import from state\//],
  ['state/a.ts', "export { x } from '../client/b';", /^state\/ must not import from client\//],
  ['client/a.ts', "export * from '../features/b/c';", /^client\/ must not import from features\//],
  ['ui/a.ts', "import { x } from '../state/b';", /^ui\/ must not import from state\//],
  ['features/a/b.ts', "import { x } from '../c/d';", /^features do not import each other: 'a' imports 'c'/],
  ['features/a/b.ts', "const load = () => import('../c/d');", /^features do not import each other/],
  ['features/a/b/c.ts', "import { x } from '../../../worker/d';", /^features\/ must not import from worker\//],
  ['features/a/b.ts', "import { x } from '../../app/c';", /^features\/ must not import from app\//],
  ['elsewhere/a.ts', "import { x } from '../shared/b';", /^elsewhere\/ is not in the table/],
];

for (const [file, line, says] of violations) {
  test(`${file} with «${line}» is reported`, () => {
    const found = reports(file, line);
    assert.equal(found.length, 1);
    assert.match(found[0], says);
  });
}

test('imports in the right direction are not reported', () => {
  for (const [file, line] of [
    ['shared/a.ts', "import type { ModelSpec } from 'tinycnn';"],
    ['shared/a.ts', "import { x } from './b';"],
    ['worker/data/a.ts', "import { x } from '../../shared/b';"],
    ['features/a/b/c.ts', "import { x } from '../d';"],
    ['features/a/b.ts', "import { x } from '../../client/c';"],
    ['app/a.ts', "const load = () => import('../features/b/c');"],
  ]) {
    assert.deepEqual(reports(file, line), [], `${file}: ${line}`);
  }
});

test("the project's configuration has the rule for every file of the page", async () => {
  const eslint = new ESLint({ cwd: inRoot(), overrideConfigFile: inRoot('tools', 'eslint.config.js') });
  for (const file of ['shared/protocol.ts', 'features/input/input-panel.tsx', 'app/main.tsx']) {
    const { rules } = await eslint.calculateConfigForFile(inRoot('web', 'src', ...file.split('/')));
    assert.equal(rules['tinycnn/import-directions'][0], 2, file);
  }
});
