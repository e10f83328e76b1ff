// SPDX-License-Identifier: MIT
//
// IDX files (yann.lecun.com/exdb/mnist) are read whole or refused in words; a header's claim allocates nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, engineWith } from '../support/sessions.mjs';
import { gzip, syntheticDigits, toIdx, toIdxPair } from '../support/synthetic-digits.mjs';

const digits = syntheticDigits({ count: 20, seed: 5 });
const files = toIdxPair(digits);

/** A copy of `bytes` with one big-endian 32-bit word replaced. */
function withWord(bytes, offset, word) {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(offset, word);
  return copy;
}

test('readIdxImages gives back the images that were written', async () => {
  const engine = await engineWith(1);
  const { count, height, width, images } = engine.readIdxImages(files.images);
  assert.deepEqual({ count, height, width }, { count: 20, height: 28, width: 28 });
  assert.deepEqual(images, digits.images);
});

test('readIdxLabels gives back the labels that were written', async () => {
  const engine = await engineWith(1);
  const { count, labels } = engine.readIdxLabels(files.labels);
  assert.equal(count, 20);
  assert.deepEqual(labels, digits.labels);
});

test('readIdxImages reads images that are not square', async () => {
  const engine = await engineWith(1);
  const values = Uint8Array.from({ length: 2 * 3 * 5 }, (_, i) => i);
  const { count, height, width, images } = engine.readIdxImages(toIdx(values, [2, 3, 5]));
  assert.deepEqual({ count, height, width }, { count: 2, height: 3, width: 5 });
  assert.deepEqual(images, values);
});

test('bytes of another file are neither mistaken for images nor for labels', async () => {
  const engine = await engineWith(1);
  const foreign = new TextEncoder().encode('<!DOCTYPE html><html><body>404 Not Found</body></html>');
  assertRefused(() => engine.readIdxImages(foreign), 'magic', 'expected', 'got');
  assertRefused(() => engine.readIdxLabels(foreign), 'magic', 'expected', 'got');
});

test('labels are not taken for images, nor images for labels', async () => {
  const engine = await engineWith(1);
  assertRefused(() => engine.readIdxImages(files.labels), 'magic', 'expected', 'got');
  assertRefused(() => engine.readIdxLabels(files.images), 'magic', 'expected', 'got');
});

test('a gzip file that was not decompressed is refused', async () => {
  const engine = await engineWith(1);
  assertRefused(() => engine.readIdxImages(gzip(files.images)), 'magic', 'expected');
});

test('images cut off anywhere are refused', async () => {
  const engine = await engineWith(1);
  for (const length of [0, 1, 3, 4, 8, 15, 16, 17, 784, files.images.length - 1]) {
    assertRefused(() => engine.readIdxImages(files.images.slice(0, length)), 'images', 'expected', /got \d+ bytes/);
  }
});

test('labels cut off anywhere are refused', async () => {
  const engine = await engineWith(1);
  for (const length of [0, 1, 4, 7, 8, 9, files.labels.length - 1]) {
    assertRefused(() => engine.readIdxLabels(files.labels.slice(0, length)), 'labels', 'expected', /got \d+ bytes/);
  }
});

test('extra bytes after the last image or label are refused', async () => {
  const engine = await engineWith(1);
  assertRefused(() => engine.readIdxImages(Uint8Array.of(...files.images, 0)), 'expected', '15680', 'got 15681');
  assertRefused(() => engine.readIdxLabels(Uint8Array.of(...files.labels, 0)), 'expected', '20', 'got 21');
});

test('a header that claims 4 GB in 1 KB is refused, as is one whose sizes overflow', async () => {
  const engine = await engineWith(1);
  const small = files.images.slice(0, 1024);
  assertRefused(() => engine.readIdxImages(withWord(small, 4, 0xffffffff)), 'expected', 'got 1008');
  const sides = [4, 8, 12].reduce((bytes, offset) => withWord(bytes, offset, 0xffffffff), small);
  assertRefused(() => engine.readIdxImages(sides), 'expected');
  const wrapped = withWord(withWord(withWord(small, 4, 0x10000), 8, 0x10000), 12, 0x10000); // 2^48 = 0 modulo 2^32
  assertRefused(() => engine.readIdxImages(wrapped), 'expected');
  assertRefused(() => engine.readIdxLabels(withWord(files.labels, 4, 0xffffffff)), 'expected');
});

test('files without a single image or label, or with images without an area, are refused', async () => {
  const engine = await engineWith(1);
  assertRefused(() => engine.readIdxImages(toIdx(new Uint8Array(0), [0, 28, 28])), 'expected');
  assertRefused(() => engine.readIdxImages(toIdx(new Uint8Array(0), [5, 0, 28])), 'expected');
  assertRefused(() => engine.readIdxLabels(toIdx(new Uint8Array(0), [0])), 'expected');
});

test('anything but a Uint8Array is refused', async () => {
  const engine = await engineWith(1);
  for (const odd of [undefined, null, 'bytes', [1, 2, 3], new Float32Array(4)]) {
    assertRefused(() => engine.readIdxImages(odd), 'expected', 'Uint8Array');
    assertRefused(() => engine.readIdxLabels(odd), 'expected', 'Uint8Array');
  }
});
