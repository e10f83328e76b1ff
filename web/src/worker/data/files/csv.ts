// SPDX-License-Identifier: MIT
//
// CSV tables as Kaggle, pandas and spreadsheets write them: a row for each image, its label and its pixels row by row. One table is split
// into training and test set; of two the smaller one is the test set. table-layout.ts finds the columns, pixel-scale.ts the pixels' range.

import { turn } from '../../turn';
import { readUnpacked } from '../gunzip';
import { assemble, setOf } from './assemble';
import { requireClasses, sortedNames } from './classes';
import { ImageFitter } from './fit-images';
import { toBytes } from './pixel-scale';
import { asUtf8, layoutOf, lineEnd } from './table-layout';
import { nameOf, saysTest } from '../../../shared/source-file';
import { namesFor, putUpright } from './upright';
import type { Dataset, LabelledSet, Orientation, ReportProgress } from '../../../shared/dataset';
import type { RawImage } from './pixel-scale';
import type { Layout } from './table-layout';
import type { Bytes, SourceFile } from '../../../shared/source-file';

const linesBetweenTurns = 2000;
const [carriageReturn, space, quote, plus, comma, minus, point, zero, nine] = [13, 32, 34, 43, 44, 45, 46, 48, 57];
const [lowerE, upperE] = [101, 69];

/** What one table holds: square images of one side. */
export interface Table {
  labels: string[];
  pixels: Uint8Array;
  side: number;
  notes: string[];
}

/** Reads one line after another; positions in texts count from 1. */
class TableReader {
  readonly labels: string[] = [];
  readonly #images: RawImage[] = [];
  readonly #values: Float64Array;
  #line: number;

  constructor(
    private readonly bytes: Bytes,
    private readonly layout: Layout,
    private readonly path: string,
  ) {
    this.#line = layout.linesBefore;
    this.#values = new Float64Array(layout.side * layout.side);
  }

  /** The line from `at` to `end`; one without any cell is passed over. */
  read(at: number, end: number): void {
    ++this.#line;
    const last = this.bytes[end - 1] === carriageReturn ? end - 1 : end;
    if (last <= at) return;
    const { columns, labelColumn, ignored, side } = this.layout;
    let column = 0;
    let pixel = 0;
    for (let from = at; from <= last; ++column) {
      const to = this.#cellEnd(from, last);
      if (column === labelColumn) this.labels.push(this.#label(from, to));
      else if (column < columns && !ignored.has(column)) this.#values[pixel++] = this.#value(from, to, column);
      from = to + 1;
    }
    if (column !== columns) {
      throw new Error(
        `${this.path}, line ${this.#line}: expected ${columns} columns (label and ${side}x${side} pixels) as in the first line, got ${column}.`,
      );
    }
    this.#images.push(this.#image());
  }

  #cellEnd(from: number, last: number): number {
    let quoted = false;
    let to = from;
    for (; to < last && (quoted || this.bytes[to] !== this.layout.separator); ++to) {
      if (this.bytes[to] === quote) quoted = !quoted;
    }
    return to;
  }

  #image(): RawImage {
    const values = this.#values;
    const hasFractions = values.some((value) => value !== Math.floor(value));
    const max = values.reduce((most, value) => Math.max(most, value), 0);
    return {
      line: this.#line,
      max,
      hasFractions,
      values: hasFractions ? new Float32Array(values) : new Uint8Array(values),
    };
  }

  #label(from: number, to: number): string {
    const text = new TextDecoder()
      .decode(this.bytes.subarray(from, to))
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replace(/^(\d+)\.0+$/, '$1'); // pandas writes integers so where a column had gaps
    if (text === '') throw new Error(`${this.path}, line ${this.#line}: the label is missing.`);
    return text;
  }

  /** A decimal number, with an exponent or not; rounding in its last bits does not matter to a byte. */
  #value(from: number, to: number, column: number): number {
    const { hasDecimalCommas } = this.layout;
    let [value, digits, decimals, hasPoint] = [0, 0, 0, false];
    let negative = false;
    let at = from;
    for (; at < to; ++at) {
      const code = this.bytes[at]!;
      if (code >= zero && code <= nine) {
        value = 10 * value + (code - zero);
        ++digits;
        if (hasPoint) ++decimals;
      } else if (!hasPoint && (code === point || (hasDecimalCommas && code === comma))) hasPoint = true;
      else if (digits === 0 && !hasPoint && (code === minus || code === plus)) negative = code === minus;
      else if (code !== space && code !== quote) break;
    }
    const exponent = at < to ? this.#exponent(at, to) : 0;
    const result = decimals === 0 && exponent === 0 ? value : value * 10 ** (exponent - decimals);
    if (digits > 0 && result <= 255 && !(negative && result > 0)) return result;
    throw this.#notAPixel(from, to, column);
  }

  /** NaN where it is none. */
  #exponent(at: number, to: number): number {
    if (this.bytes[at] !== lowerE && this.bytes[at] !== upperE) return Number.NaN;
    const text = new TextDecoder()
      .decode(this.bytes.subarray(at + 1, to))
      .replaceAll('"', '')
      .trim();
    return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  }

  #notAPixel(from: number, to: number, column: number): Error {
    const text = new TextDecoder().decode(this.bytes.subarray(from, Math.min(to, from + 20)));
    return new Error(
      `${this.path}, line ${this.#line}, column ${column + 1}: expected a pixel from 0 to 255 (or from 0 to 1 in the whole table), got “${text}”.`,
    );
  }

  finish(): Table {
    const { pixels, notes } = toBytes(this.#images, this.path);
    return { labels: this.labels, pixels, side: this.layout.side, notes: [...this.layout.notes, ...notes] };
  }
}

/** Throws a sentence that names the line where the table is not what it should be. */
export async function readTable(file: Bytes, path: string, report: (read: number) => void): Promise<Table> {
  const bytes = asUtf8(file);
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
      `${path}: image ${i} is labelled “${label}”, but no training image is: the network cannot learn a class without training images.`,
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
  if (files.length > 2) throw new Error(`Expected one CSV file, or two (training and test), but got ${files.length}.`);
  const bySize = files.toSorted((a, b) => b.size - a.size || Number(saysTest(a.path)) - Number(saysTest(b.path)));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const tables: Table[] = [];
  let before = 0;
  for (const file of bySize) {
    const progress = (read: number): void => {
      report({ phase: 'read', received: before + read, total, source: file.path });
    };
    tables.push(await readTable((await readUnpacked(file)).plain, file.path, progress));
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
    notes: [...tables.flatMap((table) => table.notes), ...upright.notes, ...fitting, ...notes],
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
