// SPDX-License-Identifier: MIT
//
// TinyCNN's side of peers.mjs, a module worker in the browser: trains on one thread for as long as each message asks. Each answer
// carries the id of its question.

import { loadEngine } from '../../bindings/dist/index.js';

const kStepsPerCall = 50;
const sessions = new Map();
let engine;

async function prepare({ images, labels, batchSize }) {
  engine ??= await loadEngine({ threads: 1 });
  const session = engine.createSession({
    model: 'tinycnn',
    seed: 1,
    batchSize,
    optimizer: { type: 'adam', learningRate: 1e-3 },
  });
  session.setData('train', { images, labels, height: 28, width: 28 });
  sessions.set(batchSize, session);
  return engine.info;
}

/** Trains for at least `seconds`; images, seconds and the last loss. A short batch at an epoch's end counts as what it is. */
function train({ batchSize, seconds, count }) {
  const session = sessions.get(batchSize);
  const imagesUntil = (step) => {
    const epochs = Math.floor(step / session.stepsPerEpoch);
    return epochs * count + (step % session.stepsPerEpoch) * batchSize;
  };
  const first = session.step;
  const start = performance.now();
  let elapsed = 0;
  let loss = NaN;
  while (elapsed < seconds) {
    ({ loss } = session.trainSteps(kStepsPerCall));
    elapsed = (performance.now() - start) / 1000;
  }
  return { images: imagesUntil(session.step) - imagesUntil(first), seconds: elapsed, loss };
}

globalThis.onmessage = async ({ data: { id, type, ...request } }) => {
  try {
    globalThis.postMessage({ id, answer: await { prepare, train }[type](request) });
  } catch (error) {
    globalThis.postMessage({ id, error: error.message });
  }
};
