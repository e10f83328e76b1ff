// SPDX-License-Identifier: MIT
//
// The comparison with peers, without its measurements: its cases, its arithmetic and its words, and what the fixtures' script says where
// there is no PyTorch.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { median, spread } from '../bench/figures.mjs';
import { forgetPeak, peakMemory } from '../bench/peak-memory.mjs';
import { bestName, jax, jaxThreads, ours, twoThreads } from '../bench/peer-names.mjs';
import { chooseCases, subjectOf } from '../bench/peers-cases.mjs';
import { advantage, peersTable, docsText, shortfall } from '../bench/peers-report.mjs';

const same = (value) => ({ median: value, least: value, most: value });
const result = (name, batchSize, speed, ratio, target) => ({
  name,
  model: 'tinycnn',
  batchSize,
  target,
  ...same(speed),
  ratio,
});
const results = [
  { ...result(ours, 16, 12000, same(1)), least: 9000, most: 15000 },
  result(twoThreads, 16, 20000, { median: 0.5, least: 0.4, most: 0.8 }, 1.7),
  result('PyTorch', 16, 4000, { median: 3, least: 2.5, most: 3.5 }),
  result(ours, 128, 14000, same(1)),
  result('PyTorch', 128, 14000, same(1)),
];

test('the median is the middle value, or the mean of the two in the middle, in any order', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([10, 1, 2, 4]), 3);
  assert.deepEqual(spread([5, 1, 3]), { median: 3, least: 1, most: 5 });
});

test("the table shows each peer, and an advantage for all but TinyCNN's own one thread", () => {
  const rows = peersTable(results);
  assert.equal(rows[0]['images a second'], '12,000 (9,000 – 15,000)');
  assert.equal(rows[2].advantage, '3.00 x (2.50 x – 3.50 x)');
  assert.deepEqual([rows[0].advantage, rows[3].advantage], ['', '']);
  assert.equal(rows[4].advantage, '1.00 x (1.00 x – 1.00 x)');
});

test('two threads are compared with one the other way round', () => {
  assert.deepEqual(advantage(results[1]), { median: 2, least: 1.25, most: 2.5 });
  assert.equal(peersTable(results)[1].target, '1.70 x');
});

test('an asserted ratio holds at the first batch size, or is said to fall short', () => {
  assert.equal(shortfall(results, 'PyTorch', undefined), null);
  assert.equal(shortfall(results, 'PyTorch', 3), null);
  assert.match(shortfall(results, 'PyTorch', 3.01), /batch 16.*3\.00 x.*PyTorch.*3\.01 x/);
  assert.match(shortfall(results, 'Genann', 1), /no comparison with Genann/);
});

const machine = {
  ...{ cpu: 'a processor', cores: 2, load: 0, date: '2026-11-20' },
  peers: [
    { name: ours, chromium: '156', emptyPage: 90e6 },
    { name: jax, npmPackage: 'jax-js 0.1.25', features: 'SIMD, relaxed SIMD', threads: 1 },
    { name: jaxThreads, npmPackage: 'jax-js 0.1.25', features: 'SIMD, relaxed SIMD', threads: 2 },
  ],
};

test('the peak memory of each peer is in the table, where the system tells it, with what it is of', () => {
  const withMemory = results.map((each, i) => (i === 0 ? { ...each, peakMemory: 123.4e6 } : each));
  assert.deepEqual(
    peersTable(withMemory)
      .slice(0, 2)
      .map((row) => row['peak memory']),
    ['123 MB', ''],
  );
  const text = docsText({ machine, results: withMemory, skipped: [], rounds: 3, seconds: 1 });
  assert.match(text, /\| target \| peak memory \|/);
  assert.match(text, /\| 123 MB +\|/);
  assert.match(text, /Peak memory: .*resident set size.*an empty page takes 90 MB/);
});

test('the table is followed by what each row of jax-js uses and by what was left out', () => {
  const text = docsText({ machine, results, skipped: [], rounds: 3, seconds: 1 });
  assert.match(text, /jax-js: SIMD, relaxed SIMD; one thread: .*all threads: 2 workers/);
  assert.match(text, /GPUs are left out: .*WebGPU, WebGL/);
  const without = docsText({ machine: { ...machine, peers: [] }, results, skipped: [], rounds: 3, seconds: 1 });
  assert.doesNotMatch(without, /jax-js:/);
});

test('the peak memory of a process is that since it was last forgotten', { skip: process.platform !== 'linux' }, () => {
  forgetPeak(process.pid);
  const before = peakMemory(process.pid);
  const size = 64 * 2 ** 20;
  const filled = Buffer.alloc(size, 1);
  assert.ok(peakMemory(process.pid) >= before + size / 2);
  assert.equal(filled[size - 1], 1);
  assert.equal(peakMemory(-1), undefined);
});

test('peers that are missing are named with the reason', () => {
  const text = docsText({
    machine,
    results: results,
    skipped: [{ name: 'TensorFlow.js, wasm', model: 'tinycnn', reason: 'no kernel' }],
    rounds: 3,
    seconds: 1,
  });
  assert.match(text, /TensorFlow\.js, wasm, tinycnn: skipped, no kernel/);
  assert.match(text, /\| tinycnn +\| 16 +\| PyTorch +\|/);
});

test('batch sizes of its own choice are measured with TinyCNN, known ones against their targets', () => {
  const [known, other] = chooseCases([128, 7]);
  assert.equal(known.targets[bestName], 3);
  assert.deepEqual(other, { model: 'tinycnn', batchSize: 7, targets: {} });
  assert.deepEqual(
    chooseCases(undefined, ['residual-8k']).map(({ model }) => model),
    ['residual-8k'],
  );
});

test('a peer is given the rate without its schedule: a tenth of the highest of a cycle', () => {
  const recipe = {
    optimizer: { type: 'sgd', learningRate: 0.1 },
    loss: { type: 'nll' },
    schedule: { type: 'oneCycle' },
  };
  const zoo = [{ id: 'm', spec: { name: 'm' }, recipe }];
  const { optimizer, run } = subjectOf(zoo, { model: 'm', batchSize: 8, targets: {} });
  assert.ok(Math.abs(optimizer.learningRate - 0.01) < 1e-12);
  assert.equal(run.batchSize, 8);
});

test('without PyTorch the fixtures are not touched, and what to install is said', () => {
  const script = fileURLToPath(new URL('../../tools/fixtures.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    env: { ...process.env, PYTHON: '/nonexistent/python3' },
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stdout + stderr, /No python3 with PyTorch was found\.\s+.*apt-get install python3-torch/);
});
