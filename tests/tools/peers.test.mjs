// SPDX-License-Identifier: MIT
//
// The comparison with peers, without its measurements: its arithmetic and its words, and what it and the fixtures' script say where
// there is no PyTorch.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { median, shortfall, spread, table } from '../bench/peers-report.mjs';

const same = (value) => ({ median: value, least: value, most: value });
const kResults = [
  { name: 'TinyCNN', batchSize: 16, median: 12000, least: 9000, most: 15000, ratio: same(1) },
  {
    name: 'PyTorch',
    batchSize: 16,
    median: 4000,
    least: 3000,
    most: 5000,
    ratio: { median: 3, least: 2.5, most: 3.5 },
  },
  { name: 'TinyCNN', batchSize: 128, ...same(14000), ratio: same(1) },
  { name: 'PyTorch', batchSize: 128, ...same(14000), ratio: same(1) },
];

function runWithoutPyTorch(tool) {
  const script = fileURLToPath(new URL(`../../tools/${tool}.mjs`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    env: { ...process.env, PYTHON: '/nonexistent/python3' },
    encoding: 'utf8',
  });
  return { status, words: stdout + stderr };
}

test('the median is the middle value, or the mean of the two in the middle, in any order', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([10, 1, 2, 4]), 3);
  assert.deepEqual(spread([5, 1, 3]), { median: 3, least: 1, most: 5 });
});

test('the table shows each peer, and a ratio for all but TinyCNN itself', () => {
  const [, ours, theirs, ours128, theirs128] = table(kResults).split('\n');
  assert.match(ours, /^16 +TinyCNN +12,000 {2}\(9,000 – 15,000\)$/);
  assert.match(theirs, /^16 +PyTorch +4,000 {2}\(3,000 – 5,000\) +3\.00 x {2}\(2\.50 x – 3\.50 x\)$/);
  assert.doesNotMatch(ours128, / x /);
  assert.match(theirs128, /1\.00 x/);
});

test('an asserted ratio holds at the first batch size, or is said to fall short', () => {
  assert.equal(shortfall(kResults, 'PyTorch', undefined), null);
  assert.equal(shortfall(kResults, 'PyTorch', 3), null);
  assert.match(shortfall(kResults, 'PyTorch', 3.01), /batch 16.*3\.00 x.*PyTorch.*3\.01 x/);
});

test('without PyTorch the comparison is skipped with a plain line', () => {
  const { status, words } = runWithoutPyTorch('bench-peers');
  assert.equal(status, 0);
  assert.match(words, /^bench:peers skipped: no python3 with PyTorch was found\..*apt-get install python3-torch/);
});

test('without PyTorch the fixtures are not touched, and what to install is said', () => {
  const { status, words } = runWithoutPyTorch('fixtures');
  assert.equal(status, 1);
  assert.match(words, /No python3 with PyTorch was found\.\s+.*apt-get install python3-torch/);
});
