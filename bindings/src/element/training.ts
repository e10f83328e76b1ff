// SPDX-License-Identifier: MIT
// Trains the network in turns, between which everything else is answered: on IDX files, or on synthetic digits.

import { nextTurn } from '../turn.js';
import { loadUnzipped, problem, sentenceOf, urlOf } from './files.js';
import type { WorkerEngine, WorkerSession } from '../worker.js';
import type { LabelledImages, TrainResult } from '../types.js';

/** Synthetic digits: another seed for those to test with. */
const TRAIN_DIGITS = { seed: 1, count: 20_000 };
const TEST_DIGITS = { seed: 2, count: 1_000 };

const FILES = {
  train: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
  test: ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
} as const;

/** Mini-batches in which the learning rate rises. */
const WARM_UP = 50;
const TURN_MILLISECONDS = 30;
const EVALUATED_AT_ONCE = 500;
/** Of the new part in the running mean that is shown. */
const MEAN_SHARE = 0.1;

export const isOfDigits = (classNames: readonly string[]): boolean => classNames.join() === '0,1,2,3,4,5,6,7,8,9';

async function readPair(
  engine: WorkerEngine,
  classes: number,
  [images, labels]: readonly [Uint8Array, Uint8Array],
): Promise<LabelledImages> {
  try {
    const read = await engine.readIdxImages(images);
    return { ...read, labels: (await engine.readIdxLabels(labels, classes)).labels };
  } catch (error) {
    throw problem('invalid-data', `The data could not be read: ${sentenceOf(error)}`, error);
  }
}

/** The IDX files of a folder, compressed or not. Those to test with may be missing. */
async function loadFolder(engine: WorkerEngine, folder: string, classes: number, signal: AbortSignal) {
  const base = urlOf(folder.replace(/\/?$/, '/'), 'the data');
  const load = async (names: readonly string[], mayMiss: boolean): Promise<LabelledImages | null> => {
    const files = [];
    for (const name of names) {
      const file = await loadUnzipped(new URL(name, base).href, 'The data', signal, mayMiss);
      if (file === null) return null;
      files.push(file);
    }
    return readPair(engine, classes, files as unknown as [Uint8Array, Uint8Array]);
  };
  return { train: (await load(FILES.train, false))!, test: await load(FILES.test, true) };
}

export interface TrainingData {
  /** Images to test with; 0: none. */
  tests: number;
}

/** Gives the session its data. `folder`: the attribute `data`; without one, synthetic digits. */
export async function setData(
  engine: WorkerEngine,
  session: WorkerSession,
  folder: string,
  signal: AbortSignal,
): Promise<TrainingData> {
  const { classNames } = session;
  if (!folder && !isOfDigits(classNames)) {
    throw problem('missing-data', 'This network knows other classes than the ten digits: ‘data’ must name its images.');
  }
  const { train, test } = folder
    ? await loadFolder(engine, folder, classNames.length, signal)
    : { train: await engine.generateDigits(TRAIN_DIGITS), test: await engine.generateDigits(TEST_DIGITS) };
  const tests = test?.labels.length ?? 0; // none are left in arrays that have been transferred
  try {
    await session.setData('train', train, { transfer: true });
    if (test) await session.setData('test', test, { transfer: true });
  } catch (error) {
    throw problem('invalid-data', `The data do not fit the network: ${sentenceOf(error)}`, error);
  }
  return { tests };
}

/** What `onTurn` is told. */
export interface Turn {
  step: number;
  lastStep: number;
  /** Running means. */
  loss: number;
  accuracy: number;
}

export interface TrainingRun {
  /** The step at which the session is, and at which it ends. */
  step: number;
  lastStep: number;
  signal: AbortSignal;
  onTurn: (turn: Turn) => void;
}

/** From where it stands the learning rate falls by a cosine to zero at the last step. */
export const scheduleTo = (session: WorkerSession, lastStep: number): Promise<void> =>
  session.setSchedule({ type: 'cosine', totalSteps: Math.max(1, lastStep - WARM_UP), warmupSteps: WARM_UP });

/** Trains until the last step, or until `signal` aborts. Rejects with a sentence where training diverges. */
export async function trainUntil(session: WorkerSession, run: TrainingRun): Promise<Turn> {
  const { step, lastStep, signal, onTurn } = run;
  let count = 1;
  const turn: Turn = { step, lastStep, loss: NaN, accuracy: NaN };
  while (turn.step < lastStep && !signal.aborted) {
    const start = performance.now();
    const result: TrainResult = await session.trainSteps(Math.min(count, lastStep - turn.step));
    if (result.divergence) {
      throw problem('invalid-option', `Training has diverged: ${sentenceOf(result.divergence.cause)}`);
    }
    const milliseconds = Math.max(0.1, performance.now() - start);
    count = Math.max(1, Math.min(2 * count, Math.round((count * TURN_MILLISECONDS) / milliseconds)));
    const mix = (mean: number, value: number) => (Number.isNaN(mean) ? value : mean + MEAN_SHARE * (value - mean));
    turn.step = result.step;
    turn.loss = mix(turn.loss, result.loss);
    turn.accuracy = mix(turn.accuracy, result.accuracy);
    onTurn(turn);
    await nextTurn();
  }
  return turn;
}

/** Share (0..1) of the test images that are classified correctly; null without any, or where `signal` aborts. */
export async function testAccuracy(session: WorkerSession, tests: number, signal: AbortSignal): Promise<number | null> {
  let correct = 0;
  for (let first = 0; first < tests; first += EVALUATED_AT_ONCE) {
    if (signal.aborted) return null;
    correct += (await session.evaluateRange('test', first, EVALUATED_AT_ONCE)).correct;
  }
  return tests === 0 ? null : correct / tests;
}
