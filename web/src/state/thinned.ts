// SPDX-License-Identifier: MIT
//
// Which points of a run's past are let go of when they take too much room: those that lie closest together, as the steps grow. Pure.

export interface Point {
  step: number;
}

/** How much farther apart, by their factor, the neighbours of `points[i]` are. */
const gapAround = (points: readonly Point[], i: number): number =>
  (points[i + 1]!.step + 1) / (points[i - 1]!.step + 1);

/** As many of the points as there is room for; the first and the last one stay. */
export function thinned<P extends Point>(points: readonly P[], size: (point: P) => number, room: number): readonly P[] {
  let left = points;
  let bytes = points.reduce((sum, point) => sum + size(point), 0);
  while (bytes > room && left.length > 2) {
    let least = 1;
    for (let i = 2; i + 1 < left.length; ++i) if (gapAround(left, i) < gapAround(left, least)) least = i;
    bytes -= size(left[least]!);
    left = left.toSpliced(least, 1);
  }
  return left;
}
