// SPDX-License-Identifier: MIT
//
// A run moves from one worker to another, whose engine has another number of threads: its data are handed over without a copy, its
// weights, optimizer and step as a checkpoint, and what the last test found with them. Nothing of it depends on the threads.

import { Data } from './data/held-data';
import { Run } from './run';
import type { Engine } from 'tinycnn';
import type { RunTransfer, RunSettings } from '../shared/protocol';
import type { Send } from './run';

/** After this the worker has no data any more and is to be ended. */
export async function releaseRun(
  run: Run,
  data: Data | null,
): Promise<{ transferred: RunTransfer; transfer: Transferable[] }> {
  await run.training.whenIdle();
  if (run.isOver) throw new Error('Another run was started in the meantime.');
  const { step, predicted } = run;
  const bytes = run.save();
  const dataset = data?.dataset ?? null;
  const images =
    dataset === null ? [] : [dataset.train, dataset.test].flatMap(({ images, labels }) => [images, labels]);
  const buffers = [bytes, ...(predicted === null ? [] : [predicted]), ...images].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );
  return {
    transferred: { step, bytes, epochs: run.training.epochs, dataset, predicted, rates: run.training.rates },
    transfer: [...new Set(buffers)],
  };
}

export async function adoptRun(
  engine: Engine,
  settings: RunSettings,
  transferred: RunTransfer,
  data: Data | null,
  send: Send,
): Promise<Run> {
  const run = new Run(engine, settings, (await data?.forRun(settings)) ?? null, send);
  await run.whenReady();
  run.restore(transferred, transferred.predicted, transferred.rates);
  return run;
}
