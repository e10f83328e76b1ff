// SPDX-License-Identifier: MIT
// How the values of a layer lie on one canvas: its maps in a grid with gaps, or single values as cells in lanes. Pure.

import type { Shape } from '../types.js';

export interface Sheet {
  /** Of the canvas, in its own pixels. */
  width: number;
  height: number;
  /** CSS pixels for each of them. */
  scale: number;
  /** Channels that are shown, the first ones. */
  shown: number;
  /** For each pixel of the canvas the index into the layer's values; -1 in gaps. */
  order: Int32Array;
}

/** A map's longer side in CSS pixels: of few maps, and of many. */
const LARGE = 54;
const SMALL = 26;
/** Of large maps one after another; twice as many small ones. */
const PER_LANE = 4;
const MOST_LARGE = 2 * PER_LANE;
const MOST_SHOWN = 32;
/** In CSS pixels. */
const GAP = 4;

/** Single values: in a lane, and CSS pixels across a lane and along it at most and altogether. */
const MOST_IN_LANE = 64;
const ACROSS = 14;
const MOST_ALONG = 14;
const LANE = 228;

interface Grid {
  columns: number;
  rows: number;
}

/** Lanes stand side by side, or lie below each other where layers do (`flat`). */
const gridOf = (count: number, perLane: number, flat: boolean): Grid => {
  const lanes = Math.ceil(count / perLane);
  const along = Math.ceil(count / lanes);
  return flat ? { columns: along, rows: lanes } : { columns: lanes, rows: along };
};

function mapSheet([channels, height, width]: Shape, flat: boolean): Sheet {
  const shown = Math.min(channels, MOST_SHOWN);
  const isLarge = shown <= MOST_LARGE;
  const { columns, rows } = gridOf(shown, isLarge ? PER_LANE : 2 * PER_LANE, flat);
  // Small maps are enlarged in the canvas, so that gaps need not be whole values wide.
  const enlarged = Math.max(1, Math.floor(SMALL / Math.max(height, width)));
  const scale = (isLarge ? LARGE : SMALL) / (enlarged * Math.max(height, width));
  const gap = Math.max(1, Math.round(GAP / scale));
  const [cellHeight, cellWidth] = [height * enlarged, width * enlarged];
  const sheet = { width: columns * (cellWidth + gap) - gap, height: rows * (cellHeight + gap) - gap };
  const order = new Int32Array(sheet.width * sheet.height).fill(-1);
  for (let channel = 0; channel < shown; ++channel) {
    const left = (channel % columns) * (cellWidth + gap);
    const top = Math.floor(channel / columns) * (cellHeight + gap);
    for (let y = 0; y < cellHeight; ++y) {
      const from = (channel * height + Math.floor(y / enlarged)) * width;
      const to = (top + y) * sheet.width + left;
      for (let x = 0; x < cellWidth; ++x) order[to + x] = from + Math.floor(x / enlarged);
    }
  }
  return { ...sheet, scale, shown, order };
}

function cellSheet(count: number, flat: boolean): Sheet {
  const { columns, rows } = gridOf(count, MOST_IN_LANE, flat);
  const along = Math.max(2, Math.min(MOST_ALONG, Math.floor(LANE / (flat ? columns : rows))));
  const [cellWidth, cellHeight] = flat ? [along, ACROSS] : [ACROSS, along];
  const [width, height] = [columns * cellWidth, rows * cellHeight];
  const order = Int32Array.from({ length: width * height }, (_, pixel) => {
    const [x, y] = [Math.floor((pixel % width) / cellWidth), Math.floor(pixel / width / cellHeight)];
    const index = flat ? y * columns + x : x * rows + y;
    return index < count ? index : -1;
  });
  return { width, height, scale: 1, shown: count, order };
}

/** `flat`: layers lie below each other. */
export const sheetFor = (shape: Shape, flat: boolean): Sheet =>
  shape[1] * shape[2] > 1 ? mapSheet(shape, flat) : cellSheet(shape[0], flat);
