// SPDX-License-Identifier: MIT
//
// A layer of single values as a strip of cells, folded into several lanes where it is long. Pure.

/** Strips longer than this are folded. */
const longestLane = 96;

export interface StripLayout {
  width: number;
  height: number;
  /** The value at a cell; at or above the count where the last lane ends early. */
  cell: (x: number, y: number) => number;
  /** Where a value's cell is. */
  at: (index: number) => [x: number, y: number];
}

/** Lanes run along the column when layers stand side by side and along the row when they are stacked (`flat`). */
export function stripLayout(count: number, flat: boolean): StripLayout {
  const lanes = Math.ceil(count / longestLane);
  const length = Math.ceil(count / lanes);
  return flat
    ? {
        ...{ width: length, height: lanes },
        cell: (x, y) => x * lanes + y,
        at: (index) => [Math.floor(index / lanes), index % lanes],
      }
    : {
        ...{ width: lanes, height: length },
        cell: (x, y) => y * lanes + x,
        at: (index) => [index % lanes, Math.floor(index / lanes)],
      };
}
