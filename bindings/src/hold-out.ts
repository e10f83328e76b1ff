// SPDX-License-Identifier: MIT
// A validation set held out of a training set: the same share of every class, drawn by a seed alone.

import { readImages } from './options.js';
import { readNumber, readOptions, readSeed, refuse } from './read.js';
import type { LabelledImages } from './types.js';

/** How much of a training set is held out. */
export interface HoldOutOptions {
  /** Fraction of each class that is held out, above 0 and below 1; default 0.1. Of a class with two or more images at least one is held
   * out and at least one stays; a single image stays. */
  share?: number;
  /** An integer from 0 to 2^53 - 1; default 1. The same seed selects the same images. */
  seed?: number;
}

/** A training set in two parts, each in the order of the whole. */
export interface HeldOut {
  train: LabelledImages;
  validation: LabelledImages;
}

const WORDS = 2 ** 32;

/** 32 random bits for (seed, index), by rounds of multiply and xor-shift as in MurmurHash3's finalizer. */
function randomWord(seed: number, index: number): number {
  let word = Math.imul(index, 0x9e3779b1) ^ Math.imul(seed % WORDS, 0x85ebca6b) ^ Math.floor(seed / WORDS);
  for (const factor of [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f]) {
    word = Math.imul(word ^ (word >>> 15), factor);
    word ^= word >>> 13;
  }
  return word >>> 0;
}

function take(data: Required<LabelledImages>, indices: readonly number[]): LabelledImages {
  const { images, labels, height, width, channels } = data;
  const size = channels * height * width;
  const chosen = new Uint8Array(indices.length * size);
  indices.forEach((from, to) => {
    chosen.set(images.subarray(from * size, (from + 1) * size), to * size);
  });
  const taken = { images: chosen, labels: Uint8Array.from(indices, (index) => labels[index]!), height, width };
  return channels === 1 ? taken : { ...taken, channels };
}

function byClass(labels: Uint8Array): number[][] {
  const classes: number[][] = [];
  labels.forEach((label, index) => {
    (classes[label] ??= []).push(index);
  });
  return classes.filter((indices) => indices.length > 0);
}

/** Indices of the images to hold out, in ascending order. */
function chosenIndices(labels: Uint8Array, share: number, seed: number): number[] {
  return byClass(labels)
    .flatMap((indices) => {
      const max = indices.length - 1;
      const count = Math.min(max, Math.max(1, Math.round(indices.length * share)));
      const drawn = indices.map((index) => ({ index, word: randomWord(seed, index) }));
      drawn.sort((a, b) => a.word - b.word || a.index - b.index);
      return drawn.slice(0, count).map(({ index }) => index);
    })
    .sort((a, b) => a - b);
}

/**
 * Splits labelled images in two, stratified: the same fraction of every class. Both parts keep the order of the images, and the given
 * arrays are not changed. Throws 'invalid-option' for a fraction or seed out of range, and 'invalid-data' for bytes that do not match the
 * sizes or if nothing can be held out.
 */
export function holdOut(data: LabelledImages, options: HoldOutOptions = {}): HeldOut {
  const { share = 0.1, seed = 1 } = readOptions(options, 'holdOut', 'share seed');
  const taken = readNumber(share, 'holdOut.share', 0, 1);
  if (taken === 0 || taken === 1)
    refuse('invalid-option', 'holdOut.share', 'a number above 0 and below 1', String(taken));
  readSeed(seed, 'holdOut.seed');
  const read = readImages(data, 'holdOut');
  const { images, labels, height, width, channels } = read;
  if (images.length !== labels.length * channels * height * width) {
    const expected = `${labels.length} images of ${height}x${width}${channels > 1 ? ` in ${channels} channels` : ''}, a byte a pixel`;
    refuse('invalid-data', 'holdOut', expected, `${images.length} bytes`);
  }
  const held = chosenIndices(labels, taken, seed as number);
  if (held.length === 0) {
    refuse('invalid-data', 'holdOut', 'a class with at least two images', `none among ${labels.length} images`);
  }
  const heldOnes = new Set(held);
  const kept = Array.from(labels.keys()).filter((index) => !heldOnes.has(index));
  return { train: take(read, kept), validation: take(read, held) };
}
