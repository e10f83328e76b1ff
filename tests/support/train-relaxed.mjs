// SPDX-License-Identifier: MIT
//
// node train-relaxed.mjs: trains TinyCNN for some steps with the exact and the relaxed build, the latter on one and on two threads, and
// prints { info, weights } of each as JSON. relaxed.test.mjs starts it with and without Node's flag for relaxed SIMD.

import { loadEngine } from 'tinycnn';
import { syntheticDigits } from './synthetic-digits.mjs';

const STEPS = 30;
const data = syntheticDigits({ count: 320 });

async function train(options) {
  const engine = await loadEngine(options);
  const session = engine.createSession({ model: 'tinycnn', seed: 1, batchSize: 16 });
  session.setData('train', data);
  session.trainSteps(STEPS);
  return { info: engine.info, weights: session.parameters().flatMap(({ data: values }) => [...values]) };
}

const runs = [];
for (const options of [{ threads: 1 }, { threads: 1, relaxed: true }, { threads: 2, relaxed: true }]) {
  runs.push(await train(options));
}
process.stdout.write(JSON.stringify(runs), () => process.exit(0));
