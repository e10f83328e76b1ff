// SPDX-License-Identifier: MIT
// Trains and judges one network of a sweep.

import { TinyCNNError } from '../errors.js';
import { holdOut } from '../hold-out.js';
import { denseSpec, isDense, type CheckedSweep } from './plan.js';
import type { Engine } from '../index.js';
import type { Session } from '../session.js';
import type { LabelledImages, ModelSpec, NamedTensor, SessionOptions, Shape } from '../types.js';
import type { Job, Trial, TrialResult } from './types.js';

/** Whoever waits for a message, such as that to stop, gets it in this time. */
const turnMilliseconds = 50;
const bits = 64;

/** What all trials of a sweep learn from, and what they are judged by. */
export interface SweepData {
  train: LabelledImages;
  judge: LabelledImages;
  classes: number;
}

/** Holds out what the trials are judged by; a sweep without validation judges by the test images. */
export function dataOf({ validation }: CheckedSweep, train: LabelledImages, test: LabelledImages): SweepData {
  const classes = 1 + [train, test].reduce((max, { labels }) => labels.reduce((a, b) => Math.max(a, b), max), 0);
  if (validation === 0) return { train, judge: test, classes };
  const held = holdOut(train, { share: validation });
  return { train: held.train, judge: held.validation, classes };
}

/** How `runTrial` goes on from a rung before, and what it tells. */
export interface TrialOptions {
  /** Of the rung before. Without one the trial begins anew, with the same result. */
  checkpoint?: Uint8Array | undefined;
  /** Seconds of training that the checkpoint stands for. */
  seconds?: number;
  /** Ends the trial within some milliseconds. */
  signal?: AbortSignal;
  /** Fraction 0..1 of the job. */
  onProgress?: (done: number) => void;
}

/** What `runTrial` resolves with. */
export interface TrialOutcome {
  result: TrialResult;
  /** From which the next rung continues. */
  checkpoint: Uint8Array;
}

function specOf({ model }: Trial['settings'], { train, classes }: SweepData): string | ModelSpec {
  const input: Shape = [train.channels ?? 1, train.height, train.width];
  return isDense(model) ? denseSpec(model, input, classes) : model;
}

/** Of all epochs of a trial, at least 1. */
const stepsOf = (epochs: number, images: number, batchSize: number): number =>
  Math.max(1, Math.round(epochs * Math.ceil(images / batchSize)));

/** The options of a trial's session: those that it names, its schedule as long as its epochs. */
export function sessionOptionsOf(trial: Trial, data: SweepData): SessionOptions {
  const { epochs, schedule, ...settings } = trial.settings;
  const { batchSize = 16 } = settings;
  const totalSteps = stepsOf(epochs, data.train.labels.length, batchSize);
  const ends = schedule !== undefined && ['oneCycle', 'cosine'].includes(schedule.type);
  return {
    ...settings,
    model: specOf(trial.settings, data),
    classNames: Array.from({ length: data.classes }, (_, label) => String(label)),
    ...(schedule && { schedule: (ends ? { totalSteps, ...schedule } : schedule) as SessionOptions['schedule'] }),
  };
}

/** FNV-1a over all weights, as the engine and the page compute it. */
function weightsHash(tensors: readonly NamedTensor[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const { data } of tensors) {
    for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      hash = BigInt.asUintN(bits, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}

/** Runs `session` up to a step, and yields to the event loop now and then. Returns seconds of training, and why it diverged if it did. */
async function trainTo(
  session: Session,
  lastStep: number,
  { signal, onProgress }: TrialOptions,
): Promise<{ seconds: number; divergence?: string }> {
  // a file of its own, since `fit` imports it too, and nothing may import from a worker’s own file
  const { nextTurn } = await import('../turn.js');
  const first = session.step;
  let milliseconds = 0;
  let pace = 1;
  while (session.step < lastStep) {
    const steps = Math.min(pace, lastStep - session.step);
    const from = performance.now();
    const { divergence } = session.trainSteps(steps);
    const taken = performance.now() - from;
    milliseconds += taken;
    if (divergence) return { seconds: milliseconds / 1000, divergence: divergence.cause };
    pace = Math.max(1, Math.min(2 * pace, Math.floor((steps * turnMilliseconds) / Math.max(taken, 1))));
    onProgress?.((session.step - first) / (lastStep - first));
    await nextTurn();
    if (signal?.aborted) throw new TinyCNNError('aborted', '[sweep] aborted by its signal', { cause: signal.reason });
  }
  return { seconds: milliseconds / 1000 };
}

/**
 * Trains a trial as far as the job says and judges it. Throws 'invalid-option' or 'invalid-spec' where its settings make no network,
 * 'aborted' once the signal is aborted.
 */
export async function runTrial(
  engine: Engine,
  data: SweepData,
  job: Job,
  options: TrialOptions = {},
): Promise<TrialOutcome> {
  const session = engine.createSession(sessionOptionsOf(job.trial, data));
  try {
    session.setData('train', data.train);
    session.setData('test', data.judge);
    return await runOn(session, data, job, options);
  } finally {
    session.dispose();
  }
}

async function runOn(
  session: Session,
  data: SweepData,
  { trial, rung, epochs }: Job,
  options: TrialOptions,
): Promise<TrialOutcome> {
  if (options.checkpoint) session.load(options.checkpoint);
  const lastStep = stepsOf(epochs, data.train.labels.length, session.batchSize);
  const { seconds, divergence } = await trainTo(session, lastStep, options);
  const judged = divergence === undefined ? session.evaluate('test') : { accuracy: 0, loss: null };
  const { parameters, macs } = session.summary;
  const result: TrialResult = {
    ...{ id: trial.id, rung, epochs, values: trial.values },
    ...{ accuracy: judged.accuracy, loss: judged.loss, seconds: seconds + (options.seconds ?? 0) },
    ...{ parameters, macs, weights: weightsHash(session.parameters()) },
    ...(divergence !== undefined && { divergence }),
  };
  return { result, checkpoint: session.save() };
}
