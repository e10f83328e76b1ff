// SPDX-License-Identifier: MIT
//
// Images in MNIST's format from nothing, so that measuring needs no data: each class has a soft spot or two of its own, moved a little
// and under noise. Speed does not depend on what they show, only learning must not end.

import type { LabelledImages } from 'tinycnn';

const kSide = 28;
const kClasses = 10;
const kSpots = 3;
const kRadius = 4;

/** 32 well-mixed bits of a word (the finaliser of MurmurHash3), as 0..1. */
function random(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

function draw(pixels: Uint8Array, label: number, sample: number): void {
  const moved = (axis: number): number => 4 * random(3 * sample + axis) - 2;
  const [dx, dy] = [moved(0), moved(1)];
  for (let spot = 0; spot < kSpots; ++spot) {
    const cx = 5 + 18 * random(1000 + 7 * label + spot) + dx;
    const cy = 5 + 18 * random(2000 + 7 * label + spot) + dy;
    for (let y = Math.max(0, Math.floor(cy - kRadius)); y < Math.min(kSide, cy + kRadius); ++y) {
      for (let x = Math.max(0, Math.floor(cx - kRadius)); x < Math.min(kSide, cx + kRadius); ++x) {
        const near = 1 - Math.hypot(x - cx, y - cy) / kRadius;
        const noise = 0.3 * random(sample * 784 + y * kSide + x);
        pixels[y * kSide + x] = Math.max(pixels[y * kSide + x]!, 255 * Math.max(0, near - noise));
      }
    }
  }
}

export function madeUpDigits(count: number): LabelledImages {
  const images = new Uint8Array(count * kSide * kSide);
  const labels = Uint8Array.from({ length: count }, (_, i) => Math.floor(kClasses * random(31 * i + 5)));
  labels.forEach((label, i) => {
    draw(images.subarray(i * kSide * kSide, (i + 1) * kSide * kSide), label, i);
  });
  return { images, labels, height: kSide, width: kSide };
}
