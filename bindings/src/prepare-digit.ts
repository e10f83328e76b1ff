// SPDX-License-Identifier: MIT
// From a drawing of any size, as pixels, to an image in MNIST's format. (renderStrokes starts from strokes.)
// Resampling is exact area coverage in one step: each target pixel is the mean of the drawing over its square, so that the drawing is
// anti-aliased and placed to a fraction of a pixel. Method: http://yann.lecun.com/exdb/mnist/

import { readBytes, readInteger, refuse } from './read.js';

/** A drawing in MNIST's format: [28][28] bytes; `empty`: nothing was drawn. */
export interface PreparedDigit {
  pixels: Uint8Array;
  empty: boolean;
}

const SIDE = 28;
const BOX = 20;
const MAX_SIDE = 4096;
const INK = 16; // fainter pixels do not count towards the bounding box

/** First and one-past-last index with ink along an axis. */
interface Extent {
  begin: number;
  end: number;
}

/** Drawing coordinate = origin + target coordinate * scale. */
interface Axis {
  origin: number;
  scale: number;
}

function findInk(drawing: Uint8Array, width: number): { rows: Extent; columns: Extent } {
  const rows = { begin: MAX_SIDE, end: 0 };
  const columns = { begin: MAX_SIDE, end: 0 };
  const take = (extent: Extent, at: number) => {
    extent.begin = Math.min(extent.begin, at);
    extent.end = Math.max(extent.end, at + 1);
  };
  drawing.forEach((ink, i) => {
    if (ink < INK) return;
    take(rows, Math.floor(i / width));
    take(columns, i % width);
  });
  return { rows, columns };
}

/** In drawing coordinates, pixel centres at .5. */
function centerOfMass(drawing: Uint8Array, width: number, rows: Extent, columns: Extent): { x: number; y: number } {
  let mass = 0;
  let x = 0;
  let y = 0;
  for (let row = rows.begin; row < rows.end; ++row) {
    for (let column = columns.begin; column < columns.end; ++column) {
      const ink = drawing[row * width + column] ?? 0;
      mass += ink;
      x += ink * (column + 0.5);
      y += ink * (row + 0.5);
    }
  }
  return { x: x / mass, y: y / mass };
}

/** Moves the centre of mass to the centre of the image, or as close to it as all ink stays inside. */
function place(center: number, { begin, end }: Extent, scale: number): Axis {
  const field = SIDE * scale;
  return { origin: Math.min(Math.max(center - field / 2, end - field), begin), scale };
}

/** weights[t][s - begin]: the part of drawing pixel s that lies in target pixel t, as a fraction of the target pixel. */
function coverage({ origin, scale }: Axis, { begin, end }: Extent): Float64Array[] {
  return Array.from({ length: SIDE }, (_, t) => {
    const from = origin + t * scale;
    const to = from + scale;
    return Float64Array.from({ length: end - begin }, (_, i) => {
      const s = begin + i;
      return Math.max(Math.min(to, s + 1) - Math.max(from, s), 0) / scale;
    });
  });
}

export function prepareDigit(given: Uint8Array | Uint8ClampedArray, height: number, width: number): PreparedDigit {
  const drawing = readBytes(given, 'drawing');
  readInteger(height, 'prepareDigit.height', 1, MAX_SIDE);
  readInteger(width, 'prepareDigit.width', 1, MAX_SIDE);
  if (drawing.length !== height * width) {
    refuse('invalid-data', 'drawing', `${height}x${width} bytes`, `${drawing.length} bytes`);
  }
  const pixels = new Uint8Array(SIDE * SIDE);
  const { rows, columns } = findInk(drawing, width);
  if (rows.end === 0) return { pixels, empty: true };
  const scale = Math.max(rows.end - rows.begin, columns.end - columns.begin) / BOX;
  const center = centerOfMass(drawing, width, rows, columns);
  const rowWeights = coverage(place(center.y, rows, scale), rows);
  const columnWeights = coverage(place(center.x, columns, scale), columns);
  rowWeights.forEach((weights, t) => {
    const line = new Float64Array(columns.end - columns.begin);
    weights.forEach((weight, y) => {
      const row = (rows.begin + y) * width + columns.begin;
      if (weight > 0) for (let x = 0; x < line.length; ++x) line[x]! += weight * (drawing[row + x] ?? 0);
    });
    columnWeights.forEach((across, x) => {
      pixels[t * SIDE + x] = Math.min(255, Math.round(line.reduce((sum, ink, i) => sum + (across[i] ?? 0) * ink, 0)));
    });
  });
  return { pixels, empty: false };
}
