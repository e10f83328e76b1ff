// SPDX-License-Identifier: MIT
//
// Many small pictures on one canvas, in a grid with clear gaps: a column of sixteen channels costs no more canvases than one of a single
// channel. Scales are integers, so that every value is a sharp square. Pure.

/** More pictures than this are shown only when they are asked for; `flat` as below. */
export const mostPictures = (flat: boolean): number => (flat ? 18 : 32);

/** CSS pixels that a picture's longer side takes at most, unless it has more values. */
const sheetSide = 40;
/** Where so many are shown that they have to be small. */
const smallSide = 21;
/** Smaller pictures than this are enlarged in the canvas, so that gaps need not be whole values wide. */
const tiny = 8;
/** In CSS pixels. */
const pictureGap = 2;

export interface SheetOptions {
  /** For a row of the stacked page rather than a column. */
  flat: boolean;
  /** Every channel, however many. */
  all?: boolean;
  /** Beside other branches: wider rather than high. */
  low?: boolean;
}

export interface ContactSheet {
  /** Of the canvas, in its own pixels. */
  width: number;
  height: number;
  /** CSS pixels for each of them. */
  scale: number;
  columns: number;
  rows: number;
  /** Pictures on it. */
  shown: number;
  /** For each pixel of the canvas the index into the layer's values; -1 in gaps. */
  order: Int32Array;
}

function columnsFor(shown: number, { flat, low = false }: SheetOptions, folded: boolean): number {
  if (flat) return Math.min(shown, folded ? 6 : 10);
  const rows = !folded ? 16 : low ? 6 : 8;
  return Math.ceil(shown / rows);
}

export function contactSheet(
  [count, height, width]: readonly [number, number, number],
  options: SheetOptions,
): ContactSheet {
  const { flat, all = false } = options;
  const shown = all ? count : Math.min(count, mostPictures(flat));
  const folded = shown <= mostPictures(flat);
  const columns = columnsFor(shown, options, folded);
  const rows = Math.ceil(shown / columns);
  const side = Math.max(height, width);
  const enlarged = Math.max(1, Math.floor((folded ? sheetSide : smallSide) / side));
  const inCanvas = side < tiny ? enlarged : 1;
  const scale = enlarged / inCanvas;
  const gap = Math.ceil(pictureGap / scale);
  const [cellHeight, cellWidth] = [height * inCanvas, width * inCanvas];
  const sheet = {
    width: columns * (cellWidth + gap) - gap,
    height: rows * (cellHeight + gap) - gap,
    ...{ scale, columns, rows, shown },
  };
  const order = new Int32Array(sheet.width * sheet.height).fill(-1);
  for (let channel = 0; channel < shown; ++channel) {
    const left = (channel % columns) * (cellWidth + gap);
    const top = Math.floor(channel / columns) * (cellHeight + gap);
    for (let y = 0; y < cellHeight; ++y) {
      const from = (channel * height + Math.floor(y / inCanvas)) * width;
      const to = (top + y) * sheet.width + left;
      for (let x = 0; x < cellWidth; ++x) order[to + x] = from + Math.floor(x / inCanvas);
    }
  }
  return { ...sheet, order };
}
