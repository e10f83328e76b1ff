// SPDX-License-Identifier: MIT
//
// The command as people run it, in a folder of its own, and data of every kind to run it on.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { after } from 'node:test';
import { inRoot } from '../../tools/support/paths.mjs';
import { run } from '../../tools/support/processes.mjs';
import { gzip, syntheticDigits, toIdxPair } from '../support/synthetic-digits.mjs';

export const program = inRoot('bindings', 'dist', 'cli', 'tinycnn.js');

/** A folder that goes when the tests of the file have ended. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-cli-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the command: { code, stdout, output }. No published data set can be found or downloaded. */
export const tinycnn = (folder, args, env = {}) =>
  run(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, TINYCNN_CACHE: join(folder, 'cache'), MNIST_DIR: '', ...env },
    timeoutSeconds: 120,
  });

/** What tests ask of a command, that of Node by default. */
export function helpersFor(command) {
  /** It must succeed: what it printed. */
  async function succeed(folder, args, env) {
    const { code, stdout, output } = await command(folder, args, env);
    assert.equal(code, 0, `tinycnn ${args.join(' ')}\n${output}`);
    return stdout;
  }

  /** The same with --json: the objects that it printed, of which the last is the result. */
  async function objects(folder, args, env) {
    const stdout = await succeed(folder, [...args, '--json'], env);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  const lastObject = async (folder, args, env) => (await objects(folder, args, env)).at(-1);

  /** What it says where it must end with an exit code. */
  async function refusal(folder, args, wanted, env) {
    const { code, stdout, output } = await command(folder, args, env);
    assert.equal(code, wanted, `tinycnn ${args.join(' ')} ended with ${code}\n${output}`);
    if (wanted === 2) assert.equal(stdout, '');
    assert.doesNotMatch(output, /\n {4}at |undefined/, 'no stack, and no value that is missing');
    return output;
  }

  return { succeed, objects, lastObject, refusal };
}

export const { succeed, objects, lastObject, refusal } = helpersFor(tinycnn);

export const digits = {
  train: syntheticDigits({ count: 800, seed: 8 }),
  test: syntheticDigits({ count: 200, seed: 9 }),
};

/** The four IDX files in a new folder of that name. */
export function writeIdx(folder, name, { gzipped = false } = {}) {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  for (const [part, set] of /** @type {const} */ ([
    ['train', digits.train],
    ['t10k', digits.test],
  ])) {
    const pair = toIdxPair(set);
    for (const [kind, bytes] of Object.entries({ 'images-idx3': pair.images, 'labels-idx1': pair.labels })) {
      writeFileSync(join(own, `${part}-${kind}-ubyte${gzipped ? '.gz' : ''}`), gzipped ? gzip(bytes) : bytes);
    }
  }
  return own;
}

/** A row for each image: label, then pixels, with a header. */
export function csvOf({ images, labels }) {
  const header = ['label', ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)].join(',');
  const rows = Array.from(labels, (label, i) => [label, ...images.subarray(i * 784, (i + 1) * 784)].join(','));
  return `${[header, ...rows].join('\n')}\n`;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A PNG of rows of packed samples; `color`: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
export function png({ width, height, depth = 8, color = 0, rows, palette = undefined }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, color, 0, 0, 0], 8);
  const data = Buffer.concat(rows.map((row) => Buffer.concat([Buffer.from([0]), Buffer.from(row)])));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Buffer.from(palette))] : []),
    chunk('IDAT', deflateSync(data)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export const rowsOf = (pixels, width) =>
  Array.from({ length: pixels.length / width }, (_, y) => pixels.subarray(y * width, (y + 1) * width));

/** One digit as an image: { pixels, label }. */
export const digit = (i, { images, labels } = digits.test) => ({
  pixels: images.subarray(i * 784, (i + 1) * 784),
  label: labels[i],
});

/** Paths and bytes of a PNG for each of the first `count` images, below a folder for each class. */
export function pngFiles(count, set = digits.train) {
  return Array.from({ length: count }, (_, i) => {
    const { pixels, label } = digit(i, set);
    return { path: `${label}/${i}.png`, bytes: png({ width: 28, height: 28, rows: rowsOf(pixels, 28) }) };
  });
}

/** Writes them below a new folder. */
export function writeFiles(folder, name, files) {
  for (const { path, bytes } of files) {
    const target = join(folder, name, path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, bytes);
  }
  return join(folder, name);
}
