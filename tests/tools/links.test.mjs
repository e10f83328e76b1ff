// SPDX-License-Identifier: MIT
//
// Every relative link of the documentation leads to a file that is there, and to a heading of it where it names one.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { listFiles } from '../../tools/build/inputs.mjs';
import { anchorOf } from '../../tools/docs/markdown.mjs';
import { inRoot, root } from '../../tools/support/paths.mjs';

const documents = [
  inRoot('README.md'),
  ...['docs', 'examples'].flatMap((folder) => listFiles(inRoot(folder))).filter((file) => file.endsWith('.md')),
];

/** Without code, in which brackets are no links. */
const prose = (text) =>
  text
    .replace(/^```[^]*?^```$/gm, '')
    .replace(/^ {4}.*$/gm, '')
    .replace(/`[^`\n]*`/g, '');

/** The targets of a document's links and images that are not on other sites. */
const relativeLinks = (text) =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

const anchorsOf = (text) => [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));

/** What is wrong with a link from `document`; null if nothing is. */
function problemWith(document, target) {
  const [path, anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), decodeURIComponent(path));
  if (!existsSync(file)) return `${target}: there is no such file`;
  if (anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor))
    return `${target}: no such heading`;
  return null;
}

for (const document of documents) {
  test(`every relative link of ${relative(root, document)} leads somewhere`, () => {
    const links = relativeLinks(readFileSync(document, 'utf8'));
    assert.deepEqual(links.map((target) => problemWith(document, target)).filter(Boolean), []);
  });
}

test('a link to a missing file or heading is found, and code is no link', () => {
  const text = '# A b\n[x](gone.md) [y](#a-b) [z](#b) ![p](https://a.example/x.png)\n```\n[code](gone.md)\n```\n';
  assert.deepEqual(relativeLinks(text), ['gone.md', '#a-b', '#b']);
  assert.deepEqual(anchorsOf(text), ['a-b']);
  assert.match(problemWith(inRoot('README.md'), 'gone.md'), /no such file/);
  assert.match(problemWith(inRoot('README.md'), '#gone'), /no such heading/);
  assert.equal(problemWith(inRoot('README.md'), 'docs/benchmarks.md'), null);
});
