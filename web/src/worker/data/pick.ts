// SPDX-License-Identifier: MIT
//
// Some images of a set, or more than it has. Pure.

import { imageSize, side } from '../../shared/dataset';
import type { LabelledSet } from '../../shared/dataset';

function pick({ images, labels }: LabelledSet, count: number, at: (i: number) => number): LabelledSet {
  const picked = new Uint8Array(count * imageSize);
  for (let i = 0; i < count; ++i) {
    picked.set(images.subarray(at(i) * imageSize, (at(i) + 1) * imageSize), i * imageSize);
  }
  return {
    images: picked,
    labels: Uint8Array.from({ length: count }, (_, i) => labels[at(i)]!),
    height: side,
    width: side,
  };
}

/** At most `count` images, at equal distances. */
export function evenly(set: LabelledSet, count: number): LabelledSet {
  const total = set.labels.length;
  const taken = Math.min(count, total);
  return pick(set, taken, (i) => Math.floor((i * total) / taken));
}

/** All images, again and again until there are at least `count`. */
export const repeated = (set: LabelledSet, count: number): LabelledSet =>
  pick(set, Math.max(count, set.labels.length), (i) => i % set.labels.length);
