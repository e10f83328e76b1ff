// SPDX-License-Identifier: MIT
//
// Moving over a sheet of weights by keyboard. Pure.

import { arrows } from '../../ui/arrow-keys';
import type { WeightSheet } from '../../state/weight-sheet';

/** The weight that an arrow key leads to, the next one in its direction on the sheet; null for other keys. */
export function weightBeside(sheet: WeightSheet, from: number, key: string): number | null {
  const { shape, order, width, height, boxOf } = sheet;
  const count = shape.tiles * shape.channels * shape.height * shape.width;
  if (key === 'Home' || key === 'End') return key === 'Home' ? 0 : count - 1;
  const direction = arrows[key];
  if (direction === undefined) return null;
  const box = boxOf(from);
  let [x, y] = [box.left + Math.floor(box.width / 2), box.top + Math.floor(box.height / 2)];
  for (;;) {
    x += direction[0];
    y += direction[1];
    if (x < 0 || y < 0 || x >= width || y >= height) return from;
    const to = order[y * width + x]!;
    if (to >= 0 && to !== from) return to;
  }
}
