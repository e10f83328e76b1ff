// SPDX-License-Identifier: MIT
// What commands write into the documentation: each has its place, and the README's summary says what the tables say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  markdownTable,
  readSections,
  replaceBetweenMarks,
  sectionFiles,
  textBetweenMarks,
} from '../../tools/support/markdown.mjs';
import { readTable, summarize } from '../../tools/support/summary.mjs';
import { root } from '../../tools/support/paths.mjs';
import { zooFigures, zooFiguresFile } from '../../tools/support/zoo-figures.mjs';

const readDocument = (file) => readFileSync(join(root, file), 'utf8');

test('the documentation has a place for the text of every command that writes into it', () => {
  for (const [name, file] of Object.entries(sectionFiles)) {
    const changed = replaceBetweenMarks(readDocument(file), name, '| new |');
    assert.match(changed, new RegExp(`<!-- ${name}:begin -->\\n\\n\\| new \\|\\n\\n<!-- ${name}:end -->`));
  }
});

test('the figures of the README are those of the tables in docs/', () => {
  const rows = (text) => readTable(text, ['what', 'measured']);
  const summary = rows(textBetweenMarks(readDocument('README.md'), 'summary'));
  assert.ok(summary.length >= 5);
  assert.deepEqual(summary, rows(markdownTable(summarize(readSections()))));
});

test('what the page draws of the zoo is what its table in docs/ says', () => {
  const figures = zooFigures(readSections().reproduce);
  assert.ok(figures.length >= 8);
  assert.deepEqual(JSON.parse(readDocument(zooFiguresFile)), figures);
});

test('networks that were not run, or that diverged, have no figures', () => {
  const columns = ['model', 'our recipe reaches', 'time a run, its / ours'];
  const table = (...cells) => `| ${columns.join(' | ')} |\n| - | - | - |\n| ${cells.join(' | ')} |\n`;
  assert.deepEqual(zooFigures(table('a', '98.93 ± 0.10 %', '23 s / 37 s')), [
    { model: 'a', accuracy: 0.9893, seconds: 37 },
  ]);
  assert.deepEqual(zooFigures(table('a', '98.93 %', '23 s / 37 s')), [{ model: 'a', accuracy: 0.9893, seconds: 37 }]);
  assert.deepEqual(zooFigures(table('a', 'not run', '23 s / –')), []);
  assert.deepEqual(zooFigures(table('a', 'diverges at step 2', '23 s / 1 s')), []);
});

test('a table is found by its columns, and a missing one is an error', () => {
  const text = 'words\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n| c |\n| - |\n| 3 |\n| 4 |\n';
  assert.deepEqual(readTable(text, ['b']), [{ a: '1', b: '2' }]);
  assert.deepEqual(readTable(text, ['c']), [{ c: '3' }, { c: '4' }]);
  assert.throws(() => readTable(text, ['a', 'c']), /expected a table with the columns a, c/);
});
