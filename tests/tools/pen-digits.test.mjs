// SPDX-License-Identifier: MIT
// Pen digits are read from a folder's files, and how a network classifies them is reported by digit, by writer and by confusion.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  confusionOf,
  digitsOf,
  penDigitReport,
  readPenDigits,
  tally,
  sampleOf,
} from '../../tools/experiments/pen-digit-data.mjs';
import { temporaryFolder } from './support.mjs';

const digit = (label, writer) => ({ label, writer, strokes: [[[1, 2], [3, 4]]] }); // prettier-ignore
const answer = (label, read, writer = 1) => ({ label, read, writer });

test('all files of the folder are read, packed or not, in the order of their names', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'b.json'), JSON.stringify([digit(2, 7)]));
  writeFileSync(join(folder, 'a.json.gz'), gzipSync(JSON.stringify([digit(0, 5), digit(1, 5)])));
  writeFileSync(join(folder, 'readme.txt'), 'none of it');
  const labels = readPenDigits(folder).map(({ label }) => label);
  assert.deepEqual(labels, [0, 1, 2]);
});

test('a folder that is missing or empty is refused with what to do', (t) => {
  const folder = temporaryFolder(t);
  for (const nowhere of [undefined, join(folder, 'missing'), folder]) {
    assert.throws(() => readPenDigits(nowhere === undefined ? '' : nowhere), /no pen digits/);
  }
});

test('what is no digit is refused with its place', (t) => {
  const wrong = [
    { writer: 1, strokes: [] },
    { label: 1, writer: 1, strokes: [[1, 2]] },
    { label: 1, writer: 1, strokes: [[[1, null]]] },
  ];
  for (const each of wrong) {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'pen.json'), JSON.stringify([digit(1, 1), each]));
    assert.throws(() => readPenDigits(folder), /Digit 1 of pen\.json/);
  }
});

test('what is reported is of writers by whom nothing was chosen', () => {
  const digits = [digit(1, 1), digit(2, 10), digit(3, 11), digit(4, 30)];
  assert.deepEqual(
    digitsOf(digits, {}).map(({ label }) => label),
    [3, 4],
  );
  assert.deepEqual(
    digitsOf(digits, { development: true }).map(({ label }) => label),
    [1, 2],
  );
  assert.throws(() => digitsOf(digits.slice(0, 2), {}), /no pen digits by writers above 10/);
});

test('answers are counted by any key', () => {
  const answers = [answer(3, 3), answer(3, 8), answer(1, 1)];
  assert.deepEqual(
    tally(answers, ({ label }) => label),
    [
      [1, { right: 1, all: 1 }],
      [3, { right: 1, all: 2 }],
    ],
  );
});

test('the confusion table counts what was drawn down and what was read across', () => {
  const confusion = confusionOf([answer(9, 3), answer(9, 3), answer(9, 9)]);
  assert.equal(confusion[9][3], 2);
  assert.equal(confusion[9][9], 1);
  assert.equal(
    confusion.flat().reduce((sum, count) => sum + count),
    3,
  );
});

test('the report says the figure over all, by digit, by writer, and the confusions', () => {
  const report = penDigitReport([answer(9, 3, 4), answer(9, 9, 4), answer(1, 1, 12), answer(1, 1, 12)]);
  assert.match(report, /^75\.00 % of 4 pen digits are classified correctly \(1 are not\)/);
  assert.match(report, /By digit\n +1 +100\.00 % +of 2\n +9 +50\.00 % +of 2/);
  assert.match(report, /By writer\n +4 +50\.00 % +of 2\n +12 +100\.00 % +of 2/);
  assert.match(report, /\n +9 +· +· +· +1 +· +· +· +· +· +1$/);
});

test('a sample takes as many digits of each writer, evenly out of what each has written', () => {
  const digits = ['a', 'b', 'c'].flatMap((writer) => Array.from({ length: 20 }, (_, i) => ({ writer, label: i % 10 })));
  const sample = sampleOf(digits, 10);
  assert.deepEqual(tally(sample.map((digit) => ({ ...digit, read: 0 })), ({ writer }) => writer).map(([writer, { all }]) => [writer, all]), [['a', 3], ['b', 3], ['c', 4]]); // prettier-ignore
  assert.deepEqual(sampleOf(digits, 10), sample);
  assert.equal(new Set(sample).size, 10);
});
