// SPDX-License-Identifier: MIT
//
// The drawing of a plane with images in it: what of it is shown, and which image is where. Pure.

import type { Embedding } from '../../shared/protocol-insight';

/** What is drawn: the class and the place of each image, and the current input. */
export type Placed = Pick<Embedding, 'labels' | 'points' | 'input'>;

/** As wide as all of it, with a little room around: a length in the plane on both axes alike. */
export interface Window {
  left: number;
  top: number;
  size: number;
}

export function windowOf({ points, input }: Pick<Embedding, 'points' | 'input'>): Window {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  const include = (x: number, y: number): void => {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  };
  for (let i = 0; i < points.length; i += 2) include(points[i]!, points[i + 1]!);
  if (input !== null) include(...input.place);
  const size = 1.08 * Math.max(right - left, bottom - top, 1e-9);
  return { left: (left + right - size) / 2, top: (top + bottom - size) / 2, size };
}

/** The image nearest to a place of the plane; null where none is within `reach`. */
export function nearestTo({ points }: Pick<Embedding, 'points'>, x: number, y: number, reach: number): number | null {
  let [best, distance] = [-1, reach ** 2];
  for (let i = 0; i < points.length; i += 2) {
    const far = (points[i]! - x) ** 2 + (points[i + 1]! - y) ** 2;
    if (far <= distance) [best, distance] = [i / 2, far];
  }
  return best < 0 ? null : best;
}

/** The next image in a direction: the nearest of those that lie more that way than to the side. */
export function beside(
  { points }: Pick<Embedding, 'points'>,
  from: number,
  [right, down]: readonly [number, number],
): number {
  const [x, y] = [points[2 * from]!, points[2 * from + 1]!];
  let [best, distance] = [from, Infinity];
  for (let i = 0; i < points.length; i += 2) {
    const [dx, dy] = [points[i]! - x, points[i + 1]! - y];
    const ahead = dx * right + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * right);
    if (ahead <= 0 || aside > ahead) continue;
    const far = dx ** 2 + dy ** 2;
    if (far < distance) [best, distance] = [i / 2, far];
  }
  return best;
}

/** The current input in an arrangement that it was no part of: amid its nearest neighbours. */
export function amongNeighbours(points: Float32Array, input: Embedding['input']): Embedding['input'] {
  if (input === null || input.neighbours.length === 0) return null;
  const { neighbours } = input;
  const mean = (axis: 0 | 1): number =>
    neighbours.reduce((sum, each) => sum + points[2 * each + axis]!, 0) / neighbours.length;
  return { neighbours, place: [mean(0), mean(1)] };
}
