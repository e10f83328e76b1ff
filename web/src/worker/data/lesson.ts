// SPDX-License-Identifier: MIT
//
// Fewer training images, and wrong labels, as lessons need them: the same ones in every run, on every machine. A smaller choice of images
// is part of every larger one. Pure.

import { imageSize } from '../../shared/dataset';
import type { LabelledSet } from '../../shared/dataset';

/** Numbers from 0 to 2^32 - 1 that depend on nothing but `index` and `purpose`, by the finalizer of MurmurHash3. */
function hashed(index: number, purpose: number): number {
  let hash = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(purpose, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const purposes = { choosing: 1, mislabelling: 2, label: 3 } as const;

/** Indices of `count` images in a random order. */
const shuffled = (count: number, purpose: number): number[] => {
  const keys = Array.from({ length: count }, (_, index) => hashed(index, purpose));
  return keys.map((_, index) => index).sort((a, b) => keys[a]! - keys[b]! || a - b);
};

/** `count` of the images, of each class as many as of the others as far as there are any; in the order that they had. */
export function fewer(set: LabelledSet, count: number): LabelledSet {
  const total = set.labels.length;
  if (count >= total) return set;
  const taken = new Map<number, number>();
  const order = shuffled(total, purposes.choosing);
  const rounds = new Uint32Array(total);
  for (const index of order) {
    const label = set.labels[index]!;
    const round = taken.get(label) ?? 0;
    taken.set(label, round + 1);
    rounds[index] = round;
  }
  // one of each class, then another one of each: stable, so within a round in the random order
  const chosen = order.sort((a, b) => rounds[a]! - rounds[b]!).slice(0, count);
  chosen.sort((a, b) => a - b);
  const images = new Uint8Array(count * imageSize);
  chosen.forEach((index, i) => {
    images.set(set.images.subarray(index * imageSize, (index + 1) * imageSize), i * imageSize);
  });
  return { ...set, images, labels: Uint8Array.from(chosen, (index) => set.labels[index]!) };
}

/** A `share` of the labels replaced by others, each of the other classes equally likely. */
export function withWrongLabels(set: LabelledSet, share: number, classes: number): LabelledSet {
  const total = set.labels.length;
  const wrong = Math.round(share * total);
  if (wrong === 0 || classes < 2) return set;
  const labels = set.labels.slice();
  for (const index of shuffled(total, purposes.mislabelling).slice(0, wrong)) {
    const step = 1 + (hashed(index, purposes.label) % (classes - 1));
    labels[index] = (labels[index]! + step) % classes;
  }
  return { ...set, labels };
}
