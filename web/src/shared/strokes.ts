// SPDX-License-Identifier: MIT
//
// Strokes on the pad. A position is measured in 280ths of the pad, whatever its size on the screen.

export const padSize = 280;

/** Pressure is 0..1, 0.5 where the pen does not tell. */
export type Point = readonly [x: number, y: number, pressure: number];
export type Stroke = readonly Point[];
