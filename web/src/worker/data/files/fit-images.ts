// SPDX-License-Identifier: MIT
//
// Images of any size as 28x28 grey, light ink on dark, as MNIST has them: the whole image fitted in, its aspect kept, each pixel the mean of
// the area it covers. Whether they are dark on light is decided for all of them together, by their borders. Says what was done.

import { imageSize, side } from '../../../shared/dataset';
import type { LabelledSet } from '../../../shared/dataset';

/** Weights of the source pixels that one target pixel covers along one axis. */
interface Cover {
  first: number;
  weights: readonly number[];
}

function covers(from: number, to: number): Cover[] {
  const step = from / to;
  return Array.from({ length: to }, (_, i) => {
    const begin = i * step;
    const end = Math.min(from, begin + step);
    const first = Math.floor(begin);
    const weights: number[] = [];
    for (let at = first; at < end; ++at) weights.push((Math.min(at + 1, end) - Math.max(at, begin)) / step);
    return { first, weights };
  });
}

/** Height and width of the image inside 28x28. */
export function fittedSize(height: number, width: number): [height: number, width: number] {
  const scale = side / Math.max(height, width);
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
}

/** The means over areas; `grey`: [height][width] bytes. */
export function areaAveraged(grey: Uint8Array, height: number, width: number, toHeight: number, toWidth: number) {
  if (height === toHeight && width === toWidth) return grey;
  const columns = covers(width, toWidth);
  const rows = covers(height, toHeight);
  const out = new Uint8Array(toHeight * toWidth);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      let sum = 0;
      row.weights.forEach((wy, i) => {
        const line = (row.first + i) * width + column.first;
        column.weights.forEach((wx, j) => (sum += wy * wx * grey[line + j]!));
      });
      out[y * toWidth + x] = Math.round(sum);
    });
  });
  return out;
}

function borderMean(grey: Uint8Array, height: number, width: number): number {
  let sum = 0;
  for (let x = 0; x < width; ++x) sum += grey[x]! + grey[(height - 1) * width + x]!;
  for (let y = 0; y < height; ++y) sum += grey[y * width]! + grey[y * width + width - 1]!;
  return sum / (2 * (height + width));
}

/** Above it an image is taken for dark on light. */
const lightBorder = 127;

/** Whether these images are 28x28 and light on dark already: a large set need not be copied then. */
export function needsNoFitting({ images, labels, height, width }: LabelledSet): boolean {
  if (height !== side || width !== side) return false;
  let borders = 0;
  for (let i = 0; i < labels.length; ++i) {
    borders += borderMean(images.subarray(i * imageSize, (i + 1) * imageSize), side, side);
  }
  return borders / Math.max(1, labels.length) <= lightBorder;
}

interface Fitted {
  height: number;
  width: number;
  grey: Uint8Array;
}

const grouped = (count: number): string => count.toLocaleString('en-US');

/** Takes images one after another and gives them all as 28x28. */
export class ImageFitter {
  readonly #images: Fitted[] = [];
  readonly #sizes = new Map<string, [height: number, width: number]>();
  #borders = 0;

  /** `grey`: [height][width], 0 black .. 255 white. It is kept where it is 28x28 already. */
  add(grey: Uint8Array, height: number, width: number): void {
    this.#sizes.set(`${width}x${height}`, [height, width]);
    this.#borders += borderMean(grey, height, width);
    const [h, w] = fittedSize(height, width);
    this.#images.push({ height: h, width: w, grey: areaAveraged(grey, height, width, h, w) });
  }

  get count(): number {
    return this.#images.length;
  }

  /** [count][28][28] in the order they came, and a sentence for each thing that was done. */
  finish(): { images: Uint8Array; notes: string[] } {
    const inverts = this.#borders / Math.max(1, this.count) > lightBorder;
    const images = new Uint8Array(this.count * imageSize);
    this.#images.forEach(({ height, width, grey }, index) => {
      const corner = index * imageSize + ((side - height) >> 1) * side + ((side - width) >> 1);
      for (let i = 0; i < grey.length; ++i) {
        const y = Math.floor(i / width);
        images[corner + y * side + (i - y * width)] = inverts ? 255 - grey[i]! : grey[i]!;
      }
    });
    const inverted = 'The images were dark on light and were inverted to light on dark, as in MNIST.';
    return { images, notes: [...this.#fittedNote(), ...(inverts ? [inverted] : [])] };
  }

  #fittedNote(): string[] {
    const sizes = [...this.#sizes.values()].sort((a, b) => a[0] * a[1] - b[0] * b[1]);
    if (sizes.every(([height, width]) => height === side && width === side)) return [];
    const text = ([height, width]: [number, number]): string => `${width}×${height}`;
    if (sizes.length === 1) return [`The images had ${text(sizes[0]!)} pixels and were scaled to 28×28.`];
    return [
      `The images had ${grouped(sizes.length)} different sizes, from ${text(sizes[0]!)} to ${text(sizes.at(-1)!)} pixels, and were scaled to ` +
        '28×28 with their aspect ratios kept.',
    ];
  }
}
