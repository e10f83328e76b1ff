// SPDX-License-Identifier: MIT
// Runs a sweep's jobs on several engines side by side, each in a thread of its own, which runs sweep-worker.mjs.
import { Worker } from 'node:worker_threads';

/** The same bytes in memory that all threads share. */
function shared(data) {
  const share = (bytes) => {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  };
  return { ...data, images: share(data.images), labels: share(data.labels) };
}

/** Resolves with the next message of a worker; rejects when it ends. */
const nextMessage = (worker) =>
  new Promise((resolve, reject) => {
    const settle = (then) => (value) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      then(value);
    };
    const onMessage = settle(resolve);
    const onError = settle(reject);
    const onExit = settle((code) => reject(new Error(`an engine ended with code ${code}`)));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });

/**
 * Takes jobs from `progress` until none is left or the signal is aborted. onResult(result): each as it comes; onProgress(fractions of
 * the jobs under way). Rejects where a job fails, with its trial in the text.
 * @param {import('tinycnn/sweep').SweepProgress} progress
 * @param {import('tinycnn/sweep').SweepData} data
 * @param {{ engines: number, program: URL, signal?: AbortSignal, onResult: (result: any) => void, onProgress?: (fractions: number[]) => void }} options
 */
export async function runJobs(progress, data, { engines, program, signal, onResult, onProgress = () => {} }) {
  const workerData = { ...data, train: shared(data.train), judge: shared(data.judge) };
  /** From which a trial's next rung continues. */
  const checkpoints = new Map();
  const fractions = Array.from({ length: engines }, () => 0);
  /** Engines that wait for a rung to be complete. */
  const waiting = [];
  const wakeAll = () => {
    for (const wake of waiting.splice(0)) wake();
  };
  const nextJob = async () => {
    while (!progress.isDone && !signal?.aborted) {
      const job = progress.next();
      if (job !== null) return job;
      await new Promise((resolve) => void waiting.push(resolve)); // a rung has to be complete before the next one begins
    }
    return null;
  };
  const take = async (worker, job, place) => {
    const { id } = job.trial;
    worker.postMessage({ job, ...checkpoints.get(id) });
    for (;;) {
      const { done, result, checkpoint, failure } = await nextMessage(worker);
      if (failure) throw new Error(`Trial ${id} (${JSON.stringify(job.trial.values)}): ${failure}`);
      fractions[place] = done ?? 0;
      onProgress(fractions);
      if (!result) continue;
      checkpoints.set(id, { checkpoint, seconds: result.seconds });
      if (job.rung === progress.rungs.length - 1) checkpoints.delete(id);
      progress.add(result);
      onResult(result);
      return;
    }
  };
  const runEngine = async (place) => {
    const worker = new Worker(program, { workerData });
    const stop = () => void worker.terminate();
    signal?.addEventListener('abort', stop);
    try {
      await nextMessage(worker);
      for (let job = await nextJob(); job !== null; job = await nextJob()) {
        await take(worker, job, place);
        wakeAll();
      }
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
      wakeAll();
      await worker.terminate();
    }
  };
  await Promise.all(fractions.map((_, place) => runEngine(place)));
}
