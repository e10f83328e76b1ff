// SPDX-License-Identifier: MIT
//
// Starts and stops the benchmark; the only file here that touches Worker. Stopping ends the worker, since it is never idle.

import { after, bench, started, stopped, threadCounts, toggled } from '../state/bench';
import type { BenchEvent, BenchRequest } from '../shared/bench-protocol';

let worker: Worker | null = null;

const send = (request: BenchRequest): void => {
  worker?.postMessage(request);
};

export function open(): void {
  worker?.terminate();
  worker = new Worker(new URL('../worker/bench/bench-worker.ts', import.meta.url), {
    type: 'module',
    name: 'tinycnn-bench',
  });
  worker.onmessage = ({ data }: MessageEvent<BenchEvent>) => {
    bench.value = after(bench.value, data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    bench.value = after(bench.value, {
      type: 'failed',
      reason: event.message || 'The benchmark’s worker could not be loaded.',
    });
  };
  send({ type: 'open' });
}

export function start(): void {
  bench.value = started(bench.value);
  send({ type: 'run', models: [...bench.value.chosen], threads: threadCounts(bench.value) });
}

export function stop(): void {
  bench.value = stopped(bench.value);
  open();
}

export function toggle(id: string): void {
  bench.value = toggled(bench.value, id);
}

export function chooseThreads(count: number): void {
  bench.value = { ...bench.value, chosenThreads: count };
}
