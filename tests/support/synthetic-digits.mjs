// SPDX-License-Identifier: MIT
//
// Handwriting-like digits made from nothing, for tests that must not depend on MNIST: strokes on a 28x28 grid, scaled, sheared,
// shifted, of varying width, anti-aliased, with noise. One seed gives the same bytes everywhere: only integer hashing and the exactly
// rounded operations + - * / and sqrt are used. Sample i depends on (seed, i) alone, so a longer set starts with a shorter one.

import { gzipSync } from 'node:zlib';

const SIZE = 28;
const FIRST_DIMENSION = 4; // IDX: 4-byte magic, then one big-endian 32-bit size per dimension

/** Strokes as chains of points in a unit box, x to the right, y downwards. */
const STROKES = [
  [[0.5, 0, 0.15, 0.2, 0.1, 0.5, 0.15, 0.8, 0.5, 1, 0.85, 0.8, 0.9, 0.5, 0.85, 0.2, 0.5, 0]],
  [[0.3, 0.2, 0.55, 0, 0.55, 1]],
  [[0.1, 0.2, 0.4, 0, 0.8, 0.1, 0.8, 0.4, 0.1, 1, 0.9, 1]],
  [[0.1, 0.05, 0.7, 0, 0.85, 0.25, 0.45, 0.47, 0.9, 0.7, 0.7, 1, 0.1, 0.95]],
  [[0.65, 1, 0.65, 0, 0.05, 0.65, 0.95, 0.65]],
  [[0.85, 0, 0.2, 0, 0.15, 0.45, 0.65, 0.4, 0.9, 0.7, 0.6, 1, 0.1, 0.95]],
  [[0.75, 0, 0.3, 0.35, 0.1, 0.7, 0.4, 1, 0.8, 0.9, 0.85, 0.65, 0.5, 0.5, 0.15, 0.65]],
  [[0.1, 0, 0.9, 0, 0.4, 1]],
  [[0.5, 0, 0.2, 0.2, 0.8, 0.7, 0.5, 1, 0.2, 0.75, 0.8, 0.2, 0.5, 0]],
  [[0.85, 0.35, 0.5, 0.5, 0.15, 0.3, 0.45, 0, 0.8, 0.1, 0.85, 0.35, 0.7, 1]],
];

/** 32 well-mixed bits of one 32-bit word (the finaliser of MurmurHash3). */
function mix(word) {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A generator of numbers in [0, 1), a pure function of (seed, sample). */
function randomOf(seed, sample) {
  let state = mix(mix(seed + 0x9e3779b9) + sample);
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state) / 4294967296;
  };
}

/** @param {number[]} segment */
function distanceToSegment(px, py, segment) {
  const [ax, ay, bx, by] = segment;
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy;
  const along = length2 > 0 ? ((px - ax) * dx + (py - ay) * dy) / length2 : 0;
  const t = Math.min(1, Math.max(0, along));
  const ex = px - ax - t * dx;
  const ey = py - ay - t * dy;
  return Math.sqrt(ex * ex + ey * ey);
}

/** The digit's strokes as segments in pixels, under one random scale, shear and shift, every corner a little off its place. */
function placedSegments(digit, random) {
  const width = 11 + 5 * random();
  const height = 16 + 4 * random();
  const shear = 0.4 * random() - 0.2;
  const left = 14 - width / 2 + 4 * random() - 2;
  const top = 14 - height / 2 + 4 * random() - 2;
  const segments = [];
  for (const chain of STROKES[digit]) {
    let previous = null;
    for (let i = 0; i < chain.length; i += 2) {
      const u = chain[i] + 0.1 * random() - 0.05;
      const v = chain[i + 1] + 0.1 * random() - 0.05;
      const point = [left + width * u + shear * height * (0.5 - v), top + height * v];
      if (previous) segments.push([...previous, ...point]);
      previous = point;
    }
  }
  return segments;
}

function drawDigit(pixels, digit, random) {
  const segments = placedSegments(digit, random);
  const radius = 0.8 + 0.7 * random();
  const softness = 0.8 + 0.6 * random();
  const ink = 190 + 65 * random();
  for (let y = 0; y < SIZE; ++y) {
    for (let x = 0; x < SIZE; ++x) {
      let nearest = SIZE;
      for (const segment of segments) nearest = Math.min(nearest, distanceToSegment(x, y, segment));
      const coverage = Math.min(1, Math.max(0, 1 - (nearest - radius) / softness));
      const noise = coverage > 0 ? 40 * (random() - 0.5) : 0;
      pixels[y * SIZE + x] = Math.min(255, Math.max(0, Math.floor(ink * coverage + noise)));
    }
  }
}

/**
 * `count` labelled digits of 28x28 grey values (0 background, 255 ink); labels are drawn evenly from 0..9.
 * @param {{ count: number, seed?: number }} options
 * @returns {{ images: Uint8Array, labels: Uint8Array, height: 28, width: 28 }}
 */
export function syntheticDigits({ count, seed = 1 }) {
  const area = SIZE * SIZE;
  const images = new Uint8Array(count * area);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; ++i) {
    const random = randomOf(seed, i);
    labels[i] = Math.floor(10 * random());
    drawDigit(images.subarray(i * area, (i + 1) * area), labels[i], random);
  }
  return { images, labels, height: SIZE, width: SIZE };
}

/** The bytes of an IDX file of unsigned bytes with these dimensions: `toIdx(images, [n, 28, 28])`, `toIdx(labels, [n])`. */
export function toIdx(values, dimensions) {
  const header = FIRST_DIMENSION + 4 * dimensions.length;
  const bytes = new Uint8Array(header + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + dimensions.length);
  dimensions.forEach((size, i) => view.setUint32(FIRST_DIMENSION + 4 * i, size));
  bytes.set(values, header);
  return bytes;
}

/** The two IDX files of a data set, decompressed. */
export function toIdxPair({ images, labels, height, width }) {
  return { images: toIdx(images, [labels.length, height, width]), labels: toIdx(labels, [labels.length]) };
}

/** `bytes` as a gzip file. */
export function gzip(bytes) {
  return new Uint8Array(gzipSync(bytes));
}
