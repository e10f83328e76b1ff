// SPDX-License-Identifier: MIT
//
// Files as visitors have them: images in folders and archives, tables, and IDX pairs of letters.

import { zipSync } from 'fflate';
import { greyPng } from '../../support/png.mjs';
import { syntheticDigits, toIdx } from '../../support/synthetic-digits.mjs';
import { expect } from './fixtures';
import { diskFile } from './page';
import type { TinyCnnPage } from './page';

export const fruitClasses = ['apple', 'bee', 'cup'];
const perClass = 12;

/** Strokes that differ by class: `side` pixels a side, dark on light unless told otherwise. */
export function picture(label: number, index: number, height = 40, width = 40, paper = 255): Buffer {
  const grey = new Uint8Array(height * width).fill(paper);
  const at = 8 + ((index * 7) % 10);
  for (let i = 6; i < Math.min(height, width) - 6; ++i) {
    const [y, x] = [
      [i, at],
      [at, i],
      [i, i],
    ][label]! as [number, number];
    for (const d of [0, 1, 2]) grey[y * width + Math.min(width - 1, x + d)] = 255 - paper;
  }
  return greyPng(grey, height, width);
}

export type Tree = Record<string, Uint8Array>;

export function folders(classes = fruitClasses, size: (index: number) => [number, number] = () => [40, 40]): Tree {
  const tree: Tree = {};
  classes.forEach((name, label) => {
    for (let i = 0; i < perClass; ++i) tree[`${name}/${i}.png`] = picture(label, i, ...size(i));
  });
  return tree;
}

export const zipped = (tree: Tree, name = 'things.zip') => diskFile(name, zipSync(tree));

export async function learns(app: TinyCnnPage): Promise<void> {
  await app.stepOnce();
  expect(await app.figure('train-loss')).toBeGreaterThan(0);
  await expect(app.error).toHaveText('');
}

export const digits = (count: number, seed = 1) => syntheticDigits({ count, seed });

export function table(rows: { labels: Uint8Array; images: Uint8Array }, header: boolean): string {
  const names = ['label', ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)].join(',');
  const lines = Array.from(rows.labels, (label, i) =>
    [label, ...rows.images.subarray(784 * i, 784 * (i + 1))].join(','),
  );
  return `${[...(header ? [names] : []), ...lines].join('\n')}\n`;
}

export const csv = (text: string, name = 'train.csv') => diskFile(name, Buffer.from(text));

export const transposed = (images: Uint8Array): Uint8Array =>
  images.map((_, i) => images[784 * Math.floor(i / 784) + 28 * (i % 28) + (Math.floor(i / 28) % 28)]!);

/** Letters of the alphabet's number: digits stand in for their shapes. */
export function letterFiles({ transposedTrain = false, transposedTest = false } = {}) {
  const pair = (name: string, count: number, seed: number, isTransposed: boolean) => {
    const { images, labels }: { images: Uint8Array; labels: Uint8Array } = digits(count, seed);
    const stored = isTransposed ? transposed(images) : images;
    const letters: Uint8Array = labels.map((label, i) => 1 + ((label + 10 * (i % 3)) % 26));
    return [
      diskFile(`letters-${name}-images-idx3-ubyte`, toIdx(stored, [count, 28, 28]) as Uint8Array),
      diskFile(`letters-${name}-labels-idx1-ubyte`, toIdx(letters, [count]) as Uint8Array),
    ];
  };
  return [...pair('train', 1040, 1, transposedTrain), ...pair('test', 260, 2, transposedTest)];
}
