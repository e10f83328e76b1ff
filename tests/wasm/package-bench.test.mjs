// SPDX-License-Identifier: MIT
//
// What the benchmark asks of the package: each turn of training begins where the run says.

import assert from 'node:assert/strict';
import test from 'node:test';
import { loadEngine } from 'tinycnn';
import { packageBench } from '../bench/package-bench.mjs';
import { runOf, sessionOptions } from '../bench/runs.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

test('each turn of training begins at the step of its run, fresh weights or later', async () => {
  const data = syntheticDigits({ count: 200 });
  const engine = await loadEngine({ threads: 1 });
  const run = runOf(engine.zoo.find(({ id }) => id === 'tinycnn'));
  const session = engine.createSession(sessionOptions(engine.zoo, run));
  session.setData('train', data);
  const losses = Array.from({ length: 20 }, () => session.trainSteps(1).loss); // beyond an epoch of 13 steps

  const bench = packageBench(loadEngine);
  await bench.open({ threads: 1, ...data });
  for (const fromStep of [undefined, 3, 16]) {
    for (let turn = 0; turn < 2; ++turn) {
      const question = { threads: 1, run: { ...run, fromStep }, seconds: Number.MIN_VALUE };
      const { images, loss } = await bench.train(question);
      assert.equal(loss, losses[fromStep ?? 0], `from step ${fromStep}, turn ${turn}`);
      assert.equal(images, run.batchSize);
    }
  }
});
