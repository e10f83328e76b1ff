// SPDX-License-Identifier: MIT
//
// The visitor's own digits as a file, [{ label, writer, strokes: [[[x, y], …], …] }, …], y downwards: the form in which npm run pen-digits
// reads other people's. Points may have a third number, the pen's pressure. Pure.

import type { MyDigit } from '../../shared/own-digit';
import type { StrokePoint, Strokes } from 'tinycnn';

/** More than anybody draws; a drawing of more points than that is no digit. */
const maxDigits = 20_000;
const maxPoints = 10_000;
const decimals = 100;

const rounded = (value: number): number => Math.round(value * decimals) / decimals;

function shortened([x, y, pressure = 0.5]: StrokePoint): StrokePoint {
  return pressure === 0.5 ? [rounded(x), rounded(y)] : [rounded(x), rounded(y), rounded(pressure)];
}

export const toFile = (digits: readonly MyDigit[]): string =>
  JSON.stringify(
    digits.map(({ label, writer, strokes }) => ({
      label,
      writer,
      strokes: strokes.map((stroke) => stroke.map(shortened)),
    })),
  );

const isNumber = (value: unknown): boolean => Number.isFinite(value) && Math.abs(value as number) <= 1e6;

function isPoint(value: unknown): value is StrokePoint {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3 || !value.every(isNumber)) return false;
  const pressure: unknown = value[2] ?? 0.5;
  return typeof pressure === 'number' && pressure >= 0 && pressure <= 1;
}

function isDrawing(value: unknown): value is Strokes {
  if (!Array.isArray(value) || !value.every((stroke) => Array.isArray(stroke))) return false;
  const points: unknown[] = value.flat();
  return points.length > 0 && points.length <= maxPoints && points.every(isPoint);
}

function toDigit(value: unknown, index: number): MyDigit {
  const { label, writer, strokes } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const place = `Digit ${index + 1} of the file`;
  if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label > 9) {
    throw new Error(`${place} has no label from 0 to 9: found ${JSON.stringify(label)}.`);
  }
  if (!isDrawing(strokes)) throw new Error(`${place} has no valid strokes: expected lists of points [x, y].`);
  return { label, writer: typeof writer === 'number' || typeof writer === 'string' ? writer : '', strokes };
}

/** Throws a sentence that says what is wrong, and where. */
export function fromFile(text: string): MyDigit[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error('The file is not JSON. Expected a file that was saved with Export.', { cause: error });
  }
  if (!Array.isArray(parsed))
    throw new Error('The file is not a list of digits. Expected a file that was saved with Export.');
  if (parsed.length === 0) throw new Error('The file contains no digits.');
  if (parsed.length > maxDigits)
    throw new Error(`The file has ${parsed.length} digits; at most ${maxDigits} can be imported.`);
  return parsed.map(toDigit);
}
