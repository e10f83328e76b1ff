// SPDX-License-Identifier: MIT
//
// examples/node as a reader of the README runs it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { inRoot } from '../../tools/support/paths.mjs';
import { run } from '../../tools/support/processes.mjs';
import { emptyFolder, lastAccuracy, runSuccessfully, writeIdxFiles } from './support.mjs';

const program = inRoot('examples', 'node', 'train.mjs');
let data;

before(() => {
  data = writeIdxFiles('idx-gz', { gzipped: true });
});

test('the Node example trains, saves, and resumes where it stopped', async () => {
  const checkpoint = join(emptyFolder('node'), 'checkpoint.tinycnn');
  const output = await runSuccessfully(process.execPath, [program, data, checkpoint]);
  const accuracies = [...output.matchAll(/test accuracy ([\d.]+ %)/g)].map(([, share]) => share);
  assert.equal(accuracies.length, 4, output);
  assert.equal(accuracies[2], accuracies[1], 'the resumed session evaluates to what the saved one did');
  assert.match(output, /^resumed at step 126 /m);
  assert.ok(lastAccuracy(output) > 95, output);
  assert.equal(readFileSync(checkpoint).subarray(0, 8).toString('latin1'), 'TINYCNN\n');
});

test('the Node example says what is wrong with its files', async () => {
  const { code, output } = await run(process.execPath, [program, join(data, 'nowhere')]);
  assert.equal(code, 1);
  assert.match(output, /^train\.mjs: .*nowhere.train-images-idx3-ubyte\.gz/);
});
