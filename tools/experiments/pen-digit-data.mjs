// SPDX-License-Identifier: MIT
// Pen digits of real people, to measure with: reads them, and writes down how a network reads them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SetupError } from '../support/report.mjs';

/** Of generated digits among MNIST's: they gain about 3 % of the pen digits and cost 0.4 % of MNIST's test set. */
export const recommendedShare = 0.4;

const howTo =
  'Set PEN_DIGITS_DIR to a folder with .json or .json.gz files of [{ label, writer, strokes: [[[x, y], …], …] }, …], y downwards.';

function isPenDigit({ label, writer, strokes }) {
  const isPoint = (point) => Array.isArray(point) && point.length >= 2 && point.every(Number.isFinite);
  const isStroke = (stroke) => Array.isArray(stroke) && stroke.every(isPoint);
  return Number.isInteger(label) && writer !== undefined && Array.isArray(strokes) && strokes.every(isStroke);
}

/** All digits of a folder's files, in the order of their names. Throws SetupError with what to do. */
export function readPenDigits(folder = process.env.PEN_DIGITS_DIR) {
  const names = folder && existsSync(folder) ? readdirSync(folder).filter((name) => /\.json(\.gz)?$/.test(name)) : [];
  if (names.length === 0) throw new SetupError('There are no pen digits to read.', howTo);
  return names.sort().flatMap((name) => {
    const bytes = readFileSync(join(folder, name));
    const digits = JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
    const wrong = digits.findIndex((digit) => !isPenDigit(digit));
    if (wrong >= 0) throw new SetupError(`Digit ${wrong} of ${name} is not one.`, howTo);
    return digits;
  });
}

/** By writers 1 to this one the generator's ways of writing and the recipes were chosen: what is reported is of the others. */
const lastOfDevelopment = 10;

/** Digits of the writers by whom was chosen, or of all others. Throws SetupError where there is none. */
export function digitsOf(digits, { development = false }) {
  const found = digits.filter(({ writer }) => writer <= lastOfDevelopment === development);
  if (found.length > 0) return found;
  const whose = development ? `1 to ${lastOfDevelopment}` : `above ${lastOfDevelopment}`;
  throw new SetupError(`There are no pen digits by writers ${whose}.`, howTo);
}

/** `count` digits over all writers, always the same: as many of each writer as of the next, evenly out of what each has written. */
export function sampleOf(digits, count) {
  const writers = new Map();
  for (const digit of digits) writers.set(digit.writer, [...(writers.get(digit.writer) ?? []), digit]);
  const share = (i) => Math.floor(((i + 1) * count) / writers.size) - Math.floor((i * count) / writers.size);
  return [...writers.values()].flatMap((own, i) => {
    const wanted = Math.min(share(i), own.length);
    return Array.from({ length: wanted }, (_, k) => own[Math.floor((k * own.length) / wanted)]);
  });
}

/** Counts of right answers and of all, by what `key` says of an answer, in the order of the keys. */
export function tally(answers, key) {
  const counts = new Map();
  for (const answer of answers) {
    const of = counts.get(key(answer)) ?? { right: 0, all: 0 };
    of.all += 1;
    of.right += answer.read === answer.label ? 1 : 0;
    counts.set(key(answer), of);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

export const percent = ({ right, all }) => `${((100 * right) / all).toFixed(2)} %`;

/** confusion[label][read]: how many. */
export function confusionOf(answers, classes = 10) {
  const confusion = Array.from({ length: classes }, () => new Array(classes).fill(0));
  for (const { label, read } of answers) confusion[label][read] += 1;
  return confusion;
}

/** Answers ({ label, writer, read }) as text: the figure over all, by digit, by writer, and what was taken for what. */
export function penDigitReport(answers) {
  const [[, all]] = tally(answers, () => 'all');
  const line = ([key, counts]) => `  ${String(key).padStart(6)}  ${percent(counts).padStart(8)}  of ${counts.all}`;
  const cell = (count) => String(count || '·').padStart(5);
  const confusion = confusionOf(answers);
  const digits = confusion.map((_, digit) => digit);
  return [
    `${percent(all)} of ${all.all} pen digits are classified correctly (${all.all - all.right} are not)`,
    '',
    'By digit',
    ...tally(answers, ({ label }) => label).map(line),
    '',
    'By writer',
    ...tally(answers, ({ writer }) => writer).map(line),
    '',
    'Drawn (down) and read (across)',
    `     ${digits.map(cell).join('').replace('    ·', '    0')}`,
    ...confusion.map((row, digit) => `${String(digit).padStart(5)}${row.map(cell).join('')}`),
  ].join('\n');
}
