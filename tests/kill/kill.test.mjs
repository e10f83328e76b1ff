// SPDX-License-Identifier: MIT
// A short form of npm run kill-test: a few runs that are disturbed, each of which ends with the weights of an undisturbed one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disturbedRuns } from './runs.mjs';

test('disturbed runs go on and end with the weights of an undisturbed one', async () => {
  const befallen = [];
  const failures = await disturbedRuns({ times: 4, seed: 3, report: ({ names }) => befallen.push(...names) });
  assert.deepEqual(failures, []);
  assert.ok(befallen.length >= 4, `expected at least one disturbance of each, got ${befallen.join(', ')}`);
});
