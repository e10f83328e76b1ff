// SPDX-License-Identifier: MIT
//
// Tables as Kaggle's digit recognizer has them: a line an image, its label and then its pixels row by row, 0..255; with a header line or
// without, commas, semicolons or tabs between. The label may stand last where the header says so. One table is split; of two the
// smaller is the test set.

import { turn } from '../../turn';
import { assemble, setOf } from './assemble';
import { requireClasses, sortedNames } from './classes';
import { ImageFitter } from './fit-images';
import { nameOf, saysTest } from '../../../shared/source-file';
import { namesFor, putUpright } from './upright';
import type { Dataset, LabelledSet, Orientation, ReportProgress } from '../../../shared/dataset';
import type { Bytes, SourceFile } from '../../../shared/source-file';

const linesBetweenTurns = 2000;
const [newLine, carriageReturn, space, quote, zero, nine, point] = [10, 13, 32, 34, 48, 57, 46];

/** What one table holds: square images of one side. */
export interface Table {
  labels: string[];
  pixels: Uint8Array;
  side: number;
}

interface Layout {
  separator: number;
  columns: number;
  side: number;
  labelColumn: number;
  /** Where the first image begins, and how many lines stand before it. */
  start: number;
  linesBefore: number;
}

/** End of the line that begins at `from`. */
function lineEnd(bytes: Bytes, from: number): number {
  const end = bytes.indexOf(newLine, from);
  return end < 0 ? bytes.length : end;
}

const separators = [',', ';', '\t'] as const;

function cellsOf(line: string): { cells: string[]; separator: string } {
  const separator = separators.reduce((best, each) =>
    line.split(each).length > line.split(best).length ? each : best,
  );
  return { separator, cells: line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')) };
}

const isLabelName = (cell: string): boolean => /^(label|class|target|y|digit|letter)$/i.test(cell);

function layoutOf(bytes: Bytes, path: string): Layout {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const end = lineEnd(bytes, start);
  const { cells, separator } = cellsOf(
    new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + (1 << 20)))),
  );
  const isHeader = cells.some((cell, i) => i > 0 && !/^[\d.]+$/.test(cell));
  const named = cells.findIndex(isLabelName);
  const side = Math.sqrt(cells.length - 1);
  if (isHeader && named < 0 && Number.isInteger(Math.sqrt(cells.length))) {
    throw new Error(
      `${path} has no column of labels, as Kaggle’s test.csv: only tables whose lines say what they show can be learnt from or tested with.`,
    );
  }
  if (!Number.isInteger(side) || side < 1) {
    throw new Error(
      `${path} has ${cells.length} columns; expected a label and then the pixels of a square image, such as ` +
        '785 columns: label, pixel0 to pixel783.',
    );
  }
  return {
    ...{ separator: separator.charCodeAt(0), columns: cells.length, side },
    labelColumn: isHeader && named >= 0 ? named : 0,
    start: isHeader ? end + 1 : start,
    linesBefore: isHeader ? 1 : 0,
  };
}

/** Reads one line after another; positions in texts count from 1. */
class TableReader {
  readonly labels: string[] = [];
  readonly #pixels: Uint8Array[] = [];
  #line: number;

  constructor(
    private readonly bytes: Bytes,
    private readonly layout: Layout,
    private readonly path: string,
  ) {
    this.#line = layout.linesBefore;
  }

  /** The line from `at` to `end`; one without any cell is passed over. */
  read(at: number, end: number): void {
    ++this.#line;
    const last = this.bytes[end - 1] === carriageReturn ? end - 1 : end;
    if (last <= at) return;
    const { columns, labelColumn, separator, side } = this.layout;
    const pixels = new Uint8Array(side * side);
    let column = 0;
    let pixel = 0;
    for (let from = at; from <= last; ++column) {
      let to = from;
      while (to < last && this.bytes[to] !== separator) ++to;
      if (column === labelColumn) this.labels.push(this.#label(from, to));
      else if (column < columns) pixels[pixel++] = this.#value(from, to, column);
      from = to + 1;
    }
    if (column !== columns) {
      throw new Error(
        `${this.path}, line ${this.#line}: expected ${columns} columns (label and ${side}x${side} pixels) as in the first line, got ${column}.`,
      );
    }
    this.#pixels.push(pixels);
  }

  #label(from: number, to: number): string {
    const text = new TextDecoder()
      .decode(this.bytes.subarray(from, to))
      .trim()
      .replace(/^"(.*)"$/, '$1');
    if (text === '') throw new Error(`${this.path}, line ${this.#line}: the label is missing.`);
    return text;
  }

  #value(from: number, to: number, column: number): number {
    let value = 0;
    let digits = 0;
    let fraction = false;
    for (let i = from; i < to; ++i) {
      const code = this.bytes[i]!;
      if (code === point) fraction = true;
      else if (code >= zero && code <= nine) {
        if (!fraction) value = 10 * value + (code - zero);
        ++digits;
      } else if (code !== space && code !== quote) digits = -Infinity;
    }
    if (digits > 0 && value <= 255) return value;
    const text = new TextDecoder().decode(this.bytes.subarray(from, Math.min(to, from + 20)));
    throw new Error(
      `${this.path}, line ${this.#line}, column ${column + 1}: expected a pixel from 0 to 255, got “${text}”.`,
    );
  }

  finish(): Table {
    const { side } = this.layout;
    const pixels = new Uint8Array(this.#pixels.length * side * side);
    this.#pixels.forEach((image, i) => {
      pixels.set(image, i * side * side);
    });
    return { labels: this.labels, pixels, side };
  }
}

/** Throws a sentence that names the line where the table is not what it should be. */
export async function readTable(bytes: Bytes, path: string, report: (read: number) => void): Promise<Table> {
  if (bytes.length === 0) throw new Error(`${path} is empty.`);
  const layout = layoutOf(bytes, path);
  const reader = new TableReader(bytes, layout, path);
  let lines = 0;
  for (let at = layout.start; at < bytes.length;) {
    const end = lineEnd(bytes, at);
    reader.read(at, end);
    at = end + 1;
    if (++lines % linesBetweenTurns !== 0) continue;
    report(at);
    await turn();
  }
  return reader.finish();
}

/** Each label's place among `texts`. */
function labelled(table: Table, texts: readonly string[], path: string): Uint8Array {
  const places = new Map(texts.map((text, index) => [text, index]));
  return Uint8Array.from(table.labels, (label, i) => {
    const place = places.get(label);
    if (place !== undefined) return place;
    throw new Error(
      `${path}: image ${i} is labelled “${label}”, which no training image is: no network can learn a class that it is never shown.`,
    );
  });
}

/** EMNIST's tables have numbers that stand for letters, as its IDX files do. */
function namesOf(texts: readonly string[]): { classes: readonly string[]; notes: string[] } {
  return texts.every((text) => /^\d+$/.test(text)) ? namesFor(texts.map(Number)) : { classes: texts, notes: [] };
}

export async function loadTables(
  files: readonly SourceFile[],
  orientation: Orientation,
  report: ReportProgress,
): Promise<Dataset> {
  if (files.length > 2) throw new Error(`One CSV file or two (training and test) are needed; ${files.length} came.`);
  const bySize = files.toSorted((a, b) => b.size - a.size || Number(saysTest(a.path)) - Number(saysTest(b.path)));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const tables: Table[] = [];
  let before = 0;
  for (const file of bySize) {
    const progress = (read: number): void => {
      report({ phase: 'read', received: before + read, total, source: file.path });
    };
    tables.push(await readTable(await file.read(), file.path, progress));
    before += file.size;
  }
  const texts = sortedNames(tables[0]!.labels);
  requireClasses(texts, tables[0]!.labels.length);
  const labels = tables.map((table, i) => labelled(table, texts, bySize[i]!.path));
  const { classes, notes } = namesOf(texts);
  const { sets, notes: fitting } = fitted(tables, labels);
  const upright = putUpright(sets[0]!, sets[1] ?? null, orientation, classes.length);
  return assemble({
    ...{ title: nameOf(bySize[0]!.path), classes, train: upright.train, test: upright.test, orientation },
    notes: [...upright.notes, ...fitting, ...notes],
  });
}

function fitted(tables: readonly Table[], labels: readonly Uint8Array[]): { sets: LabelledSet[]; notes: string[] } {
  const fitter = new ImageFitter();
  for (const { pixels, side, labels: names } of tables) {
    names.forEach((_, i) => {
      fitter.add(pixels.subarray(i * side * side, (i + 1) * side * side), side, side);
    });
  }
  const { images, notes } = fitter.finish();
  const size = images.length / Math.max(1, fitter.count);
  let first = 0;
  const sets = labels.map((each) => {
    const set = setOf(images.slice(first * size, (first + each.length) * size), each);
    first += each.length;
    return set;
  });
  return { sets, notes };
}
