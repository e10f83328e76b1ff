// SPDX-License-Identifier: MIT
// One engine of a sweep, in a thread of its own: takes jobs one after another and posts what came of each.
import { parentPort, workerData } from 'node:worker_threads';
import { loadEngine } from 'tinycnn';
import { runTrial } from 'tinycnn/sweep';

const engine = await loadEngine({ threads: 1 });

parentPort.on('message', async ({ job, checkpoint, seconds }) => {
  try {
    const onProgress = (done) => parentPort.postMessage({ done });
    const { result, checkpoint: next } = await runTrial(engine, workerData, job, { checkpoint, seconds, onProgress });
    parentPort.postMessage({ result, checkpoint: next });
  } catch (error) {
    parentPort.postMessage({ failure: error.message });
  }
});
parentPort.postMessage({ ready: true });
