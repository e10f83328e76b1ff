// SPDX-License-Identifier: MIT
// From a drawing of any size, as pixels, to an image as MNIST has them. (renderStrokes does it from strokes.)
// Resampling is exact area coverage in one step: each target pixel is the mean of the drawing over its square, so that the drawing is
// anti-aliased and placed to a fraction of a pixel. Method: http://yann.lecun.com/exdb/mnist/

/** A drawing as MNIST has them: 28x28 bytes; `empty` where nothing was drawn. */
export interface PreparedDigit {
  pixels: Uint8Array;
  empty: boolean;
}

const kSide = 28;
const kBox = 20;
const kMaxSide = 4096;
const kInk = 16; // fainter pixels do not count towards the bounding box

type Bytes = Uint8Array | Uint8ClampedArray;

/** First and one-past-last place with ink along an axis. */
interface Extent {
  begin: number;
  end: number;
}

/** Drawing coordinate = origin + target coordinate * scale. */
interface Axis {
  origin: number;
  scale: number;
}

function isSide(side: number): boolean {
  return Number.isInteger(side) && side >= 1 && side <= kMaxSide;
}

function findInk(drawing: Bytes, width: number): { rows: Extent; columns: Extent } {
  const rows = { begin: kMaxSide, end: 0 };
  const columns = { begin: kMaxSide, end: 0 };
  const take = (extent: Extent, at: number) => {
    extent.begin = Math.min(extent.begin, at);
    extent.end = Math.max(extent.end, at + 1);
  };
  drawing.forEach((ink, i) => {
    if (ink < kInk) return;
    take(rows, Math.floor(i / width));
    take(columns, i % width);
  });
  return { rows, columns };
}

/** In drawing coordinates, pixel centres at .5. */
function centerOfMass(drawing: Bytes, width: number, rows: Extent, columns: Extent): { x: number; y: number } {
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

/** Puts the centre of mass at the centre of the field, or as near as keeps all ink inside. */
function place(center: number, { begin, end }: Extent, scale: number): Axis {
  const field = kSide * scale;
  return { origin: Math.min(Math.max(center - field / 2, end - field), begin), scale };
}

/** weights[t][s - begin]: how much of drawing pixel s falls into target pixel t, as a share of the target pixel. */
function coverage({ origin, scale }: Axis, { begin, end }: Extent): Float64Array[] {
  return Array.from({ length: kSide }, (_, t) => {
    const from = origin + t * scale;
    const to = from + scale;
    return Float64Array.from({ length: end - begin }, (_, i) => {
      const s = begin + i;
      return Math.max(Math.min(to, s + 1) - Math.max(from, s), 0) / scale;
    });
  });
}

export function prepareDigit(drawing: Bytes, height: number, width: number): PreparedDigit {
  if (!(drawing instanceof Uint8Array) && !(drawing instanceof Uint8ClampedArray)) {
    throw new Error(`[drawing] expected a Uint8Array, got ${typeof drawing}`);
  }
  if (!isSide(height) || !isSide(width) || drawing.length !== height * width) {
    throw new Error(
      `[digit] expected a drawing of height x width bytes, sides from 1 to ${kMaxSide}, got ${height}x${width} and ${drawing.length} bytes`,
    );
  }
  const pixels = new Uint8Array(kSide * kSide);
  const { rows, columns } = findInk(drawing, width);
  if (rows.end === 0) return { pixels, empty: true };
  const scale = Math.max(rows.end - rows.begin, columns.end - columns.begin) / kBox;
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
      pixels[t * kSide + x] = Math.min(255, Math.round(line.reduce((sum, ink, i) => sum + (across[i] ?? 0) * ink, 0)));
    });
  });
  return { pixels, empty: false };
}
