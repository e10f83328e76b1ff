// SPDX-License-Identifier: MIT
//
// How a CSV table is laid out: separator, header, label column, index columns. Everything that a spreadsheet, pandas or Kaggle writes is
// recognised from the first lines. Throws a sentence where the columns are no label and square image. Pure.

import type { Bytes } from '../../../shared/source-file';

export interface Layout {
  separator: number;
  /** Of the decimal point: a comma where the columns are separated by something else. */
  hasDecimalCommas: boolean;
  columns: number;
  side: number;
  labelColumn: number;
  /** Columns that number the rows. */
  ignored: ReadonlySet<number>;
  /** Where the first image begins, and how many lines stand before it. */
  start: number;
  linesBefore: number;
  notes: string[];
}

const newLine = 10;
const separators = [';', '\t', ','] as const;
/** Lines that are looked at to tell labels and row numbers from pixels. */
const sampledLines = 200;
const maxLineBytes = 1 << 20;

/** End of the line that begins at `from`. */
export function lineEnd(bytes: Bytes, from: number): number {
  const end = bytes.indexOf(newLine, from);
  return end < 0 ? bytes.length : end;
}

/** UTF-8 without its byte order mark; spreadsheets also save UTF-16. */
export function asUtf8(bytes: Bytes): Bytes {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : null;
  return encoding === null ? bytes : new TextEncoder().encode(new TextDecoder(encoding).decode(bytes));
}

const splitLine = (line: string, separator: string): string[] => {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
};

const isNumber = (cell: string): boolean => /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i.test(cell);
const isLabelName = (cell: string): boolean => /^(labels?|class|target|y|digit|letter|category)$/i.test(cell);
/** Of a column that numbers the rows; pandas leaves its name empty, and reads that back as "Unnamed: 0". */
const isIndexName = (cell: string): boolean => /^(|unnamed: ?\d+|index|idx|id|row)$/i.test(cell);

const isCounting = (cells: readonly string[]): boolean => {
  const first = Number(cells[0]);
  return cells.length > 1 && first <= 1 && cells.every((cell, i) => Number(cell) === first + i);
};

/** A row of data has one text at most, its label. 0, 1, 2, … are names of columns, where they are enough not to be pixels. */
function isHeader(cells: readonly string[]): boolean {
  const texts = cells.filter((cell) => !isNumber(cell));
  const numbers = cells.filter(isNumber);
  if (texts.length > 1) return true;
  return isCounting(numbers) && (numbers.length > 9 || texts.some((cell) => isLabelName(cell) || isIndexName(cell)));
}

const sideOf = (pixels: number): number | null => {
  const side = Math.sqrt(pixels);
  return Number.isInteger(side) && side > 0 ? side : null;
};

/** The only column whose name does not end in a number, as in petal0, petal1, …, species. */
function nameWithoutNumber(names: readonly string[], ignored: ReadonlySet<number>): number {
  const found = names.flatMap((name, i) => (ignored.has(i) || /\d$/.test(name) ? [] : [i]));
  return found.length === 1 ? found[0]! : -1;
}

const distinctIn = (rows: readonly string[][], column: number): number =>
  new Set(rows.map((cells) => cells[column])).size;

/** Without a header the label comes first, unless only the last column can be it: a text, or integers beside a first column that never
 * changes, as the corner of an image does. */
function labelWithoutNames(rows: readonly string[][], ignored: ReadonlySet<number>): number {
  const [first] = rows;
  const columns = first!.map((_, i) => i).filter((i) => !ignored.has(i));
  const [begin, end] = [columns[0]!, columns.at(-1)!];
  const text = columns.filter((i) => !isNumber(first![i]!));
  if (text.length === 1 && (text[0] === begin || text[0] === end)) return text[0];
  const lastMayBe = rows.every((cells) => /^\d+$/.test(cells[end] ?? '')) && distinctIn(rows, end) > 1;
  return rows.length > 1 && distinctIn(rows, begin) === 1 && lastMayBe ? end : begin;
}

function indexWithoutName(rows: readonly string[][]): Set<number> {
  const columns = rows[0]!.length;
  const counts = rows.length > 1 && rows.every((cells, i) => Number(cells[0]) === Number(rows[0]![0]) + i);
  return sideOf(columns - 1) === null && sideOf(columns - 2) !== null && counts ? new Set([0]) : new Set();
}

function sample(bytes: Bytes, start: number, separator: string): string[][] {
  const rows: string[][] = [];
  for (let at = start; at < bytes.length && rows.length < sampledLines;) {
    const end = lineEnd(bytes, at);
    const line = textOf(bytes, at, end);
    if (line !== '') rows.push(splitLine(line, separator));
    at = end + 1;
  }
  return rows;
}

const textOf = (bytes: Bytes, from: number, to: number): string =>
  new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + maxLineBytes))).trimEnd();

const kindsOfTable =
  'expected a label and then the pixels of a square image, such as 785 columns: label, pixel0 to pixel783';

/** `bytes`: as asUtf8 gives them. */
export function layoutOf(bytes: Bytes, path: string): Layout {
  const end = lineEnd(bytes, 0);
  const line = textOf(bytes, 0, end);
  const separator = separators.reduce((best, each) =>
    splitLine(line, each).length > splitLine(line, best).length ? each : best,
  );
  const names = splitLine(line, separator);
  const named = isHeader(names);
  const start = named ? end + 1 : 0;
  const rows = sample(bytes, start, separator);
  const ignored = named ? new Set(names.flatMap((name, i) => (isIndexName(name) ? [i] : []))) : indexWithoutName(rows);
  const images = names.length - ignored.size;
  const side = sideOf(images - 1);
  const labelName = named ? names.findIndex(isLabelName) : -1;
  if (named && labelName < 0 && side === null && sideOf(images) !== null) {
    throw new Error(
      `${path} has no label column (Kaggle’s test.csv has none either). Labels are needed both for training and for testing.`,
    );
  }
  if (side === null) throw new Error(`${path} has ${names.length} columns; ${kindsOfTable}.`);
  const unnumbered = named ? nameWithoutNumber(names, ignored) : -1;
  const sampled = rows.length > 0 ? rows : [names];
  const labelColumn = labelName >= 0 ? labelName : unnumbered >= 0 ? unnumbered : labelWithoutNames(sampled, ignored);
  const isGuess = labelName < 0 && labelColumn === names.length - 1;
  return {
    ...{ separator: separator.charCodeAt(0), hasDecimalCommas: separator !== ',', columns: names.length, side },
    ...{ labelColumn, ignored, start, linesBefore: named ? 1 : 0 },
    notes: isGuess ? ['The last column was taken as the label.'] : [],
  };
}
