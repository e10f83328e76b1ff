// SPDX-License-Identifier: MIT
//
// Histograms over time as one picture: a column a moment, time to the right, values upwards from -reach to reach. The denser, the
// stronger; positive values above zero in the sign's colour, negative ones below. Pure.

import { momentAt } from './moments';
import type { Histogram } from '../../shared/protocol-insight';
import type { Moments } from './moments';

export const columnCount = 128;
/** Even, so that zero is an edge. */
export const rowCount = 48;

/** How much of a histogram lies in each row, from the top; the outermost rows hold what is beyond too. */
export function rowsOf({ reach: own, counts }: Histogram, reach: number): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(rowCount);
  const height = (2 * reach) / rowCount;
  const width = (2 * own) / counts.length;
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const [low, high] = [-own + bin * width, -own + (bin + 1) * width];
    const row = (value: number): number => Math.max(0, Math.min(rowCount, (reach - value) / height));
    const [top, bottom] = [row(high), row(low)];
    if (bottom - top < 1e-9) {
      const at = own === 0 ? rowCount / 2 : Math.min(rowCount - 1, Math.floor(top));
      rows[at]! += count;
      return;
    }
    for (let r = Math.floor(top); r < Math.min(rowCount, Math.ceil(bottom)); ++r) {
      rows[r]! += (count * (Math.min(bottom, r + 1) - Math.max(top, r))) / (bottom - top);
    }
  });
  return rows;
}

/** rowCount x columnCount values in -1..1 for the colour scale; each moment's densest row gets the full colour. */
export function densityPicture(moments: Moments<Histogram>, reach: number): Float32Array {
  const picture = new Float32Array(rowCount * columnCount);
  if (moments.all.length === 0) return picture;
  let shown = -1;
  let rows = new Float64Array(rowCount);
  let densest = 1;
  for (let column = 0; column < columnCount; ++column) {
    const at = momentAt(moments, column / (columnCount - 1));
    if (at !== shown) {
      rows = rowsOf(moments.all[at]!.value, reach);
      densest = rows.reduce((most, amount) => Math.max(most, amount), 0) || 1;
      shown = at;
    }
    for (let row = 0; row < rowCount; ++row) {
      const strength = Math.sqrt(rows[row]! / densest);
      picture[row * columnCount + column] = row < rowCount / 2 ? strength : -strength;
    }
  }
  return picture;
}
