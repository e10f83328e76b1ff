// SPDX-License-Identifier: MIT
//
// Data and programs for the tests of the examples: four small IDX files with MNIST's names, and a way to run a program that must succeed.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../../tools/support/paths.mjs';
import { run } from '../../tools/support/processes.mjs';
import { gzip, syntheticDigits, toIdxPair } from '../support/synthetic-digits.mjs';

/** A new, empty folder below build/examples. */
export function emptyFolder(...names) {
  const folder = inRoot('build', 'examples', ...names);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Writes 1,000 training and 300 test images, as they are or gzipped, into a folder of that name; returns the folder. */
export function writeIdxFiles(name, { gzipped = false } = {}) {
  const folder = emptyFolder(name);
  for (const [split, count, seed] of [
    ['train', 1000, 8],
    ['t10k', 300, 9],
  ]) {
    const { images, labels } = toIdxPair(syntheticDigits({ count, seed }));
    const write = (file, bytes) =>
      writeFileSync(join(folder, gzipped ? `${file}.gz` : file), gzipped ? gzip(bytes) : bytes);
    write(`${split}-images-idx3-ubyte`, images);
    write(`${split}-labels-idx1-ubyte`, labels);
  }
  return folder;
}

/** Runs a program and returns what it printed; fails with all of its output where it does not end with exit code 0. */
export async function runSuccessfully(command, args, options) {
  const { code, output } = await run(command, args, options);
  assert.equal(code, 0, `${command} ${args.join(' ')} ended with exit code ${code}\n${output}`);
  return output;
}

/** The number behind the last "test accuracy" in a program's output, in percent. */
export function lastAccuracy(output) {
  const last = [...output.matchAll(/test accuracy ([\d.]+) %/g)].at(-1);
  assert.ok(last, `expected a test accuracy in\n${output}`);
  return Number(last[1]);
}

/** Draws a one on a page's canvas #pad of 280 x 280 pixels. */
export async function drawOne(page) {
  const { x, y } = await page.locator('#pad').boundingBox();
  await page.mouse.move(x + 140, y + 50);
  await page.mouse.down();
  await page.mouse.move(x + 140, y + 230, { steps: 20 });
  await page.mouse.up();
}
