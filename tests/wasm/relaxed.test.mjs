// SPDX-License-Identifier: MIT
//
// The relaxed build: only where it is asked for and can run, near the exact one, and the same for any number of threads.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../support/train-relaxed.mjs', import.meta.url));
/** Node 20 has relaxed SIMD behind a flag, later ones have it. */
const HAS_IT_UNASKED = Number(process.versions.node.split('.')[0]) > 20;
const FLAGS = HAS_IT_UNASKED ? [] : ['--experimental-wasm-relaxed-simd'];

function train(...flags) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, SCRIPT], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    timeout: 120_000,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const farthest = (a, b) => a.weights.reduce((most, weight, i) => Math.max(most, Math.abs(weight - b.weights[i])), 0);

test('the relaxed build trains nearly as the exact one does, and alike on one and two threads', () => {
  const [exact, one, two] = train(...FLAGS);
  assert.deepEqual([exact.info.variant, exact.info.simd], ['simd', 'wasm-simd128']);
  assert.deepEqual([one.info.variant, one.info.simd, one.info.threads], ['relaxed-threads', 'wasm-relaxed-simd', 1]);
  assert.equal(two.info.threads, 2);
  assert.deepEqual(one.weights, two.weights);
  assert.ok(exact.weights.length === 18_982 && exact.weights.every(Number.isFinite));
  // Adam takes whole steps of 0.001 even where a gradient nearly vanishes, so thirty steps may part by more than rounding.
  assert.ok(farthest(exact, one) < 5e-3, `farthest: ${farthest(exact, one)}`);
});

test('where relaxed SIMD is not to be had the exact build runs, with its bits', { skip: HAS_IT_UNASKED }, () => {
  const [exact, one, two] = train();
  assert.deepEqual([one.info.variant, two.info.variant], ['simd', 'simd-threads']);
  assert.deepEqual(one.weights, exact.weights);
  assert.deepEqual(two.weights, exact.weights);
});
