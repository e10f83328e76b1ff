// SPDX-License-Identifier: MIT
//
// Data of every kind that the command reads, and what it says where they are damaged, incomplete or something else.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { zipSync } from 'fflate';
import {
  csvOf,
  digit,
  digits,
  lastObject,
  objects,
  png,
  pngFiles,
  refusal,
  rowsOf,
  writeFiles,
  writeIdx,
  workFolder,
} from './support.mjs';

const folder = workFolder();
let idx;

before(() => {
  idx = writeIdx(folder, 'idx');
});

/** The hash of the weights after a few steps on these data. */
async function weightsAfter(...data) {
  const named = data.flatMap((each) => ['--data', each]);
  const { weights } = await lastObject(folder, ['train', ...named, '--steps', '8', '--force']);
  return weights;
}

test('the same digits as IDX, gzipped IDX, files one by one and CSV give the same weights', async () => {
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const wanted = await weightsAfter(idx);
  assert.match(wanted, /^[0-9a-f]{16}$/);
  assert.equal(await weightsAfter(writeIdx(folder, 'idx-gz', { gzipped: true })), wanted);
  assert.equal(await weightsAfter(...names.map((name) => join(idx, `${name}-ubyte`))), wanted);
  writeFileSync(join(folder, 'train.csv'), csvOf(digits.train));
  writeFileSync(join(folder, 'test.csv'), csvOf(digits.test));
  assert.equal(await weightsAfter('train.csv', 'test.csv'), wanted);
});

test('a folder of images for each class and a zip of it give the same weights, whatever the order of the files', async () => {
  const files = pngFiles(300);
  writeFiles(folder, 'images', files);
  const archive = zipSync(
    Object.fromEntries(files.toReversed().map(({ path, bytes }) => [path, new Uint8Array(bytes)])),
  );
  writeFileSync(join(folder, 'images.zip'), archive);
  assert.equal(await weightsAfter('images.zip'), await weightsAfter('images'));
});

test('folders named train and test are taken as such', async () => {
  const files = pngFiles(200).map(({ path, bytes }) => ({ path: `train/${path}`, bytes }));
  const others = pngFiles(100, digits.test).map(({ path, bytes }) => ({ path: `test/${path}`, bytes }));
  writeFiles(folder, 'split', [...files, ...others]);
  await objects(folder, ['train', '--data', 'split', '--steps', '2', '--out', 'split.tinycnn']);
  const { images } = await lastObject(folder, ['evaluate', 'split.tinycnn', '--data', 'split']);
  assert.equal(images, 100);
});

/** The same picture in other forms of PNG. */
function forms() {
  const { pixels } = digit(0);
  const binary = pixels.map((value) => (value > 127 ? 255 : 0));
  const packed = (bits, values) =>
    rowsOf(values, 28).map((row) => {
      const bytes = Buffer.alloc(Math.ceil((28 * bits) / 8));
      row.forEach((value, x) => {
        bytes[(x * bits) >> 3] |= (value >> (8 - bits)) << (8 - bits - ((x * bits) & 7));
      });
      return bytes;
    });
  const each = (values, spread) => rowsOf(values, 28).map((row) => Buffer.from([...row].flatMap(spread)));
  const size = { width: 28, height: 28 };
  const grey = Array.from({ length: 256 }, (_, i) => [i, i, i]).flat();
  return {
    grey: png({ ...size, rows: rowsOf(pixels, 28) }),
    '16 bits': png({ ...size, depth: 16, rows: each(pixels, (value) => [value, 0]) }),
    RGB: png({ ...size, color: 2, rows: each(pixels, (value) => [value, value, value]) }),
    RGBA: png({ ...size, color: 6, rows: each(pixels, (value) => [value, value, value, 255]) }),
    'grey and alpha': png({ ...size, color: 4, rows: each(pixels, (value) => [value, 255]) }),
    'alpha alone': png({ ...size, color: 4, rows: each(pixels, (value) => [255, value]) }),
    palette: png({ ...size, color: 3, palette: grey, rows: rowsOf(pixels, 28) }),
    binary: png({ ...size, rows: rowsOf(binary, 28) }),
    'one bit': png({ ...size, depth: 1, rows: packed(1, binary) }),
    'one bit of palette': png({
      ...size,
      depth: 1,
      color: 3,
      palette: [0, 0, 0, 255, 255, 255],
      rows: packed(1, binary),
    }),
  };
}

test('PNG images of every kind are read as the same picture', async () => {
  await objects(folder, ['train', '--data', idx, '--steps', '4', '--out', 'forms.tinycnn']);
  const names = Object.keys(forms());
  const files = names.map((name) => `${name}.png`);
  for (const [name, bytes] of Object.entries(forms())) writeFileSync(join(folder, `${name}.png`), bytes);
  const found = await objects(folder, ['predict', 'forms.tinycnn', ...files, '--top', '10']);
  const predictions = Object.fromEntries(found.map((each, i) => [names[i], each.predictions]));
  for (const name of ['16 bits', 'RGB', 'RGBA', 'grey and alpha', 'alpha alone', 'palette'])
    assert.deepEqual(predictions[name], predictions.grey, name);
  for (const name of ['one bit', 'one bit of palette']) assert.deepEqual(predictions[name], predictions.binary, name);
});

const truncated = (name, length) => readFileSync(join(idx, name)).subarray(0, length);

/** Data that are refused: what is written into a new folder, and what is said of it. */
const broken = {
  'an empty folder': [[], /contains no file/],
  'a cut-off file of images': [
    () => [
      { path: 'train-images-idx3-ubyte', bytes: truncated('train-images-idx3-ubyte', 5000) },
      { path: 'train-labels-idx1-ubyte', bytes: truncated('train-labels-idx1-ubyte') },
    ],
    /train-images-idx3-ubyte is damaged or cut off: its header says 800 images/,
  ],
  'images without labels': [
    () => [{ path: 'train-images-idx3-ubyte', bytes: truncated('train-images-idx3-ubyte') }],
    /two files or four\. These are 1 of images and 0 of labels/,
  ],
  'a damaged gzip': [
    () => [
      { path: 'train-images-idx3-ubyte.gz', bytes: Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]) },
      { path: 'train-labels-idx1-ubyte', bytes: truncated('train-labels-idx1-ubyte') },
    ],
    /train-images-idx3-ubyte\.gz: the gzip archive is damaged or ends too early/,
  ],
  'one class alone': [
    () => pngFiles(60).filter(({ path }) => path.startsWith('3/')),
    /All images are of one class, “3”/,
  ],
  'a damaged image': [
    () => [...pngFiles(60), { path: '3/bad.png', bytes: pngFiles(1)[0].bytes.subarray(0, 60) }],
    /3\/bad\.png: it is a damaged PNG image/,
  ],
  'an image with flipped bits': [
    () => {
      const bytes = Buffer.from(pngFiles(1)[0].bytes);
      bytes[bytes.length - 30] ^= 0xff;
      return [...pngFiles(60), { path: '3/bad.png', bytes }];
    },
    /3\/bad\.png: it is a damaged PNG image/,
  ],
  'an image that claims to be huge': [
    () => {
      const bytes = Buffer.from(pngFiles(1)[0].bytes);
      bytes.writeUInt32BE(200_000, 16);
      return [...pngFiles(60), { path: '3/bad.png', bytes }];
    },
    /3\/bad\.png: it has 200000x28 pixels|3\/bad\.png: it is a damaged/,
  ],
  'a JPEG image': [
    () => [...pngFiles(60), { path: '3/photo.jpg', bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) }],
    /3\/photo\.jpg: it is a JPEG image; only PNG is decoded here/,
  ],
  'a table of texts': [() => [{ path: 'x.csv', bytes: Buffer.from('a,b,c\n1,2,3\n') }], /x\.csv has 3 columns/],
  'something else': [
    () => [{ path: 'song.mp3', bytes: Buffer.from('ID3') }],
    /TinyCNN cannot read “.*song\.mp3”\. TinyCNN reads IDX/,
  ],
};

for (const [name, [files, says]] of Object.entries(broken)) {
  test(`data are refused with the reason: ${name}`, async () => {
    rmSync(join(folder, 'broken'), { recursive: true, force: true });
    mkdirSync(join(folder, 'broken'));
    writeFiles(folder, 'broken', typeof files === 'function' ? files() : files);
    const output = await refusal(folder, ['train', '--data', 'broken', '--out', 'never.tinycnn'], 1);
    assert.match(output, says);
    assert.throws(() => readFileSync(join(folder, 'never.tinycnn')), /ENOENT/, 'nothing was written');
  });
}

test('a damaged zip, an image without a class, data that are not there, and a near miss of a name are refused', async () => {
  writeFileSync(join(folder, 'bad.zip'), 'PK\u0003\u0004 and no more');
  writeFileSync(join(folder, 'alone.png'), pngFiles(1)[0].bytes);
  for (const [name, says] of Object.entries({
    'bad.zip': /bad\.zip is not a zip archive, or it is damaged/,
    'alone.png': /alone\.png is not in the folder of a class/,
    nowhere: /nowhere cannot be read: there is no such file/,
    mnits: /did you mean 'mnist'/,
  })) {
    assert.match(await refusal(folder, ['train', '--data', name, '--out', 'never.tinycnn'], 1), says);
  }
});
