// SPDX-License-Identifier: MIT
//
// Where each weight of a layer stands on one canvas: a tile for each filter or unit, in it a small picture for each channel that it reads;
// weights without an extent are rows of a table instead. Weights are whole CSS pixels, so that every one is a sharp rectangle. Pure.

/** What a layer's weights are of. */
export interface WeightShape {
  /** Filters or units. */
  tiles: number;
  /** Channels that each reads, each a picture of height x width weights. */
  channels: number;
  height: number;
  width: number;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface WeightSheet {
  shape: WeightShape;
  /** In CSS pixels, which are the canvas's own. */
  width: number;
  height: number;
  /** For each pixel the index into the weights; -1 in gaps. */
  order: Int32Array;
  /** Of each tile, without its label. */
  tiles: Box[];
  /** Whether labels stand beside the tiles rather than above them. */
  isTable: boolean;
  boxOf: (weight: number) => Box;
}

/** In CSS pixels. */
const tileGap = 12;
const pictureGap = 2;
const labelHeight = 15;
const labelWidth = 34;
const rowHeights = [22, 20, 18, 16, 14, 12];
const maxCellWidth = 18;
/** Weights are squares of one of these sizes: the largest with which the sheet stays this low, or the smallest. */
const cells = [40, 36, 30, 26, 22, 20, 18, 16, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3];
const sheetHeight = 330;
/** Pictures are at most so large, however few they are. */
const maxSide = 126;

const isTableOf = ({ height, width, channels }: WeightShape): boolean => channels === 1 && height === 1 && width > 1;

/** Pictures in a row of a tile: near a square, and whole rows where that can be. */
export function picturesAcross(channels: number): number {
  const min = Math.ceil(Math.sqrt(channels));
  for (let across = min; across <= 2 * min; ++across) if (channels % across === 0) return across;
  return min;
}

interface Grid {
  cell: { width: number; height: number };
  /** Pictures in a row of a tile, tiles in a row. */
  across: number;
  columns: number;
  /** From one tile to the next, and of the first one. */
  stepX: number;
  stepY: number;
  left: number;
  top: number;
  tile: { width: number; height: number };
}

function tableGrid(shape: WeightShape, room: number): Grid {
  const width = Math.max(1, Math.min(maxCellWidth, Math.floor((room - labelWidth) / shape.width)));
  const height = rowHeights.find((each) => (each + 1) * shape.tiles <= sheetHeight) ?? rowHeights.at(-1)!;
  const tile = { width: width * shape.width, height };
  const at = { left: labelWidth, top: 0, stepX: 0, stepY: height + 1 };
  return { cell: { width, height }, across: 1, columns: 1, tile, ...at };
}

function gridOf(shape: WeightShape, room: number, side: number): Grid {
  const across = picturesAcross(shape.channels);
  const rows = Math.ceil(shape.channels / across);
  const tile = {
    width: across * (shape.width * side + pictureGap) - pictureGap,
    height: rows * (shape.height * side + pictureGap) - pictureGap,
  };
  const stepX = tile.width + tileGap;
  const max = Math.max(1, Math.min(shape.tiles, Math.floor((room + tileGap) / stepX)));
  // As many rows as it takes, all about equally full.
  const columns = Math.ceil(shape.tiles / Math.ceil(shape.tiles / max));
  const at = { left: 0, top: labelHeight, stepX, stepY: tile.height + labelHeight + tileGap / 2 };
  return { cell: { width: side, height: side }, across, columns, tile, ...at };
}

function tileGrid(shape: WeightShape, room: number): Grid {
  const fits = cells.filter((cell) => cell * Math.max(shape.height, shape.width) <= maxSide);
  const sides = fits.length === 0 ? cells.slice(-1) : fits;
  const grids = sides.map((side) => gridOf(shape, room, side));
  const low = grids.find(
    ({ columns, stepY, tile }) => Math.ceil(shape.tiles / columns) * stepY <= sheetHeight && tile.width <= room,
  );
  return low ?? grids.at(-1)!;
}

/** `room`: CSS pixels that it may be wide. */
export function weightSheet(shape: WeightShape, room: number): WeightSheet {
  const isTable = isTableOf(shape);
  const grid = isTable ? tableGrid(shape, room) : tileGrid(shape, room);
  const { cell, across, columns, tile, stepX, stepY, left, top } = grid;
  const tiles = Array.from({ length: shape.tiles }, (_, i) => ({
    ...{ left: left + (i % columns) * stepX, top: top + Math.floor(i / columns) * stepY },
    ...tile,
  }));
  const last = tiles.at(-1)!;
  const picture = shape.height * shape.width;
  const boxOf = (weight: number): Box => {
    const { left: x, top: y } = tiles[Math.floor(weight / (picture * shape.channels))]!;
    const channel = Math.floor(weight / picture) % shape.channels;
    const column = (channel % across) * (shape.width * cell.width + pictureGap) + (weight % shape.width) * cell.width;
    const row =
      Math.floor(channel / across) * (shape.height * cell.height + pictureGap) +
      (Math.floor(weight / shape.width) % shape.height) * cell.height;
    return { left: x + column, top: y + row, ...cell };
  };
  const sheet = { width: left + (columns - 1) * stepX + tile.width, height: last.top + tile.height };
  const order = new Int32Array(sheet.width * sheet.height).fill(-1);
  for (let weight = 0; weight < shape.tiles * shape.channels * picture; ++weight) {
    const box = boxOf(weight);
    for (let y = box.top; y < box.top + box.height; ++y) {
      order.fill(weight, y * sheet.width + box.left, y * sheet.width + box.left + box.width);
    }
  }
  return { shape, ...sheet, order, tiles, isTable, boxOf };
}

/** The weight at a point of the sheet; null in gaps. */
export function weightAt({ order, width, height }: WeightSheet, x: number, y: number): number | null {
  if (x < 0 || y < 0 || x >= width || y >= height) return null;
  const weight = order[Math.floor(y) * width + Math.floor(x)]!;
  return weight < 0 ? null : weight;
}
