// SPDX-License-Identifier: MIT
//
// Images in MNIST's format from nothing, so that measuring needs no data: each class has a soft spot or two of its own, moved a little
// and under noise. From fresh weights speed does not depend on what they show, only learning must not end.

import type { LabelledImages } from 'tinycnn';

const side = 28;
const classes = 10;
const spots = 3;
const radius = 4;

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
  for (let spot = 0; spot < spots; ++spot) {
    const cx = 5 + 18 * random(1000 + 7 * label + spot) + dx;
    const cy = 5 + 18 * random(2000 + 7 * label + spot) + dy;
    for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(side, cy + radius); ++y) {
      for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(side, cx + radius); ++x) {
        const near = 1 - Math.hypot(x - cx, y - cy) / radius;
        const noise = 0.3 * random(sample * 784 + y * side + x);
        pixels[y * side + x] = Math.max(pixels[y * side + x]!, 255 * Math.max(0, near - noise));
      }
    }
  }
}

export function madeUpDigits(count: number): LabelledImages {
  const images = new Uint8Array(count * side * side);
  const labels = Uint8Array.from({ length: count }, (_, i) => Math.floor(classes * random(31 * i + 5)));
  labels.forEach((label, i) => {
    draw(images.subarray(i * side * side, (i + 1) * side * side), label, i);
  });
  return { images, labels, height: side, width: side };
}
