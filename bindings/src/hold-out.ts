// SPDX-License-Identifier: MIT
// A validation set held out of a training set: the same share of every class, drawn by a seed alone.

import type { LabelledImages } from './types.js';

export interface HoldOutOptions {
  /** Share of each class that is held out, above 0 and below 1; default 0.1. Of two images of a class or more at least one stays and at
   * least one goes; a single one stays. */
  share?: number;
  /** A whole number from 0; default 1. The same seed draws the same images, whatever else is done with them. */
  seed?: number;
}

export interface HeldOut {
  train: LabelledImages;
  validation: LabelledImages;
}

const kWords = 2 ** 32;

/** 32 random bits for (seed, index), by rounds of multiply and xor-shift as in MurmurHash3's finalizer. */
function randomWord(seed: number, index: number): number {
  let word = Math.imul(index, 0x9e3779b1) ^ Math.imul(seed % kWords, 0x85ebca6b) ^ Math.floor(seed / kWords);
  for (const factor of [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f]) {
    word = Math.imul(word ^ (word >>> 15), factor);
    word ^= word >>> 13;
  }
  return word >>> 0;
}

function take({ images, height, width, labels }: LabelledImages, indices: readonly number[]): LabelledImages {
  const size = height * width;
  const chosen = new Uint8Array(indices.length * size);
  indices.forEach((from, to) => {
    chosen.set(images.subarray(from * size, (from + 1) * size), to * size);
  });
  return { images: chosen, labels: Uint8Array.from(indices, (index) => labels[index]!), height, width };
}

function byClass(labels: Uint8Array): number[][] {
  const classes: number[][] = [];
  labels.forEach((label, index) => {
    (classes[label] ??= []).push(index);
  });
  return classes.filter((indices) => indices.length > 0);
}

/** Indices of the images to hold out, rising. */
function chosenIndices(labels: Uint8Array, share: number, seed: number): number[] {
  return byClass(labels)
    .flatMap((indices) => {
      const most = indices.length - 1;
      const count = Math.min(most, Math.max(1, Math.round(indices.length * share)));
      const drawn = indices.map((index) => ({ index, word: randomWord(seed, index) }));
      drawn.sort((a, b) => a.word - b.word || a.index - b.index);
      return drawn.slice(0, count).map(({ index }) => index);
    })
    .sort((a, b) => a - b);
}

/**
 * Splits labelled images in two, stratified: each class gives the same share. Both keep the images' order. The given arrays stay as they
 * are. Throws for a share or seed out of range, for bytes that do not match, and where nothing could be held out.
 */
export function holdOut(data: LabelledImages, { share = 0.1, seed = 1 }: HoldOutOptions = {}): HeldOut {
  if (!(share > 0 && share < 1)) throw new Error(`[holdOut.share] expected a number above 0 and below 1, got ${share}`);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error(`[holdOut.seed] expected a whole number from 0, got ${seed}`);
  }
  const { images, labels, height, width } = data;
  if (images.length !== labels.length * height * width) {
    throw new Error(
      `[holdOut] expected ${labels.length} images of ${height}x${width}, a byte a pixel, got ${images.length} bytes`,
    );
  }
  const held = chosenIndices(labels, share, seed);
  if (held.length === 0) {
    throw new Error(`[holdOut] expected a class with at least two images, got none among ${labels.length} images`);
  }
  const heldOnes = new Set(held);
  const kept = Array.from(labels.keys()).filter((index) => !heldOnes.has(index));
  return { train: take(data, kept), validation: take(data, held) };
}
