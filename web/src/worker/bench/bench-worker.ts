// SPDX-License-Identifier: MIT
//
// The benchmark's worker: one engine for each number of threads. To stop it, end it.

import { loadEngine } from 'tinycnn';
import { loadDeferred } from '../deferred.js';
import { madeUpDigits } from './made-up-digits';
import { measureSteps, recipeOf } from './measure';
import type { Engine } from 'tinycnn';
import type { BenchEvent, BenchPlan, BenchRequest } from '../../shared/bench-protocol';

const imageCount = 4000;
const maxThreads = 4;
const predictionSeconds = 0.2;

const scope = globalThis as unknown as { postMessage: (event: BenchEvent) => void; onmessage: unknown };
const engines = new Map<number, Engine>();

/** Lets what was posted go out before the next long turn. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

async function engineWith(threads: number): Promise<Engine> {
  const engine = engines.get(threads) ?? (await loadEngine({ threads }));
  engines.set(threads, engine);
  await loadDeferred();
  return engine;
}

async function open(): Promise<void> {
  const { zoo } = await engineWith(1);
  const subjects = zoo.map((entry) => ({
    id: entry.id,
    title: entry.title,
    parameters: entry.parameters,
    batchSize: recipeOf(entry).batchSize,
  }));
  const threads = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, maxThreads) : 1;
  scope.postMessage({ type: 'opened', subjects, threads });
}

async function run({ models, threads, data = madeUpDigits(imageCount), ...plan }: BenchPlan): Promise<void> {
  const { zoo } = await engineWith(1);
  const entries = zoo.filter(({ id }) => models.includes(id));
  const total = entries.length * (threads.length + 1);
  let done = 0;
  const begin = (doing: string): Promise<void> => {
    scope.postMessage({ type: 'progress', done: done++, total, doing });
    return pause();
  };
  for (const entry of entries) {
    for (const count of threads) {
      await begin(`${entry.title}, ${count} thread${count > 1 ? 's' : ''}`);
      const result = await measureSteps(await engineWith(count), entry, data, pause, plan);
      scope.postMessage({ type: 'steps', result });
    }
    await begin(`${entry.title}, one prediction`);
    const session = (await engineWith(1)).createSession({ model: entry.id });
    session.measurePrediction(predictionSeconds / 2);
    scope.postMessage({
      type: 'prediction',
      result: { model: entry.id, ...session.measurePrediction(predictionSeconds) },
    });
    session.dispose();
  }
  scope.postMessage({ type: 'finished' });
}

scope.onmessage = ({ data }: MessageEvent<BenchRequest>) => {
  const work = data.type === 'open' ? open() : run(data);
  work.catch((error: unknown) => {
    scope.postMessage({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
  });
};
