// SPDX-License-Identifier: MIT
//
// What a visitor can do to the run: train, pause, step, rewind, set it otherwise. And what begins by itself on the first visit.

import { batch } from '@preact/signals';
import { attempt, configure, forgetExamples, last, request, whenConfigured, whenReady } from './controller';
import { isFirstVisit, delayBeforeStart } from './first-visit';
import * as runState from '../state/run-state';
import { data, isAboutToStart, problem, run, runNote, stopRule } from '../state/store';
import type { RunSettings } from '../shared/protocol';

async function trainSince(startedAt: number): Promise<void> {
  run.value = runState.started(run.value, startedAt);
  try {
    await request('train', { rule: stopRule.value, seconds: (performance.now() - startedAt) / 1000 });
  } catch (error) {
    run.value = runState.stopped(run.value, 'failed');
    throw error;
  }
}

export function train(): Promise<void> {
  takeOver();
  return attempt(async () => {
    await whenConfigured();
    problem.value = null;
    await trainSince(performance.now());
  });
}

/** Goes on with training that was interrupted by what was no act of the visitor's, and began at `startedAt`. */
export const resume = (startedAt: number): Promise<void> => attempt(() => trainSince(startedAt));

export const pause = (): Promise<void> => attempt(() => request('pause', {}));

export function step(): Promise<void> {
  takeOver();
  return attempt(() => request('step', {}));
}

async function rewindTo(seed: number): Promise<void> {
  takeOver();
  await request('rewind', { seed });
  batch(() => {
    last.test = null;
    run.value = runState.rewound(run.value, seed);
    problem.value = null;
  });
  forgetExamples();
}

export const rewind = (): Promise<void> => attempt(() => rewindTo(run.value.settings.seed));

const maxSeed = 9999;

/** Another seed than the present one, short enough to be written down. */
export function newSeed(): Promise<void> {
  const { seed } = run.value.settings;
  const other = 1 + Math.floor(Math.random() * (maxSeed - 1));
  return attempt(() => rewindTo(other >= seed ? other + 1 : other));
}

/** What was chosen while the choice before it was still being set up. */
let chosen: Partial<RunSettings> = {};
let choices = 0;

/** Another model or recipe: a new run from the present seed. */
export function choose(change: Partial<RunSettings>): Promise<void> {
  takeOver();
  const choice = ++choices;
  chosen = { ...chosen, ...change };
  return attempt(async () => {
    try {
      await whenReady();
      await configure({ ...run.value.settings, ...chosen });
      problem.value = null;
    } finally {
      if (choice === choices) chosen = {};
    }
  });
}

/** Another learning rate for the run as it is. */
export function adjustLearningRate(learningRate: number): Promise<void> {
  return attempt(async () => {
    await request('adjust', { learningRate });
    run.value = runState.adjusted(run.value, learningRate);
  });
}

let startTimer = 0;

/** On a first visit that has found data: begins to train in a moment, unless the visitor does anything to the run before. */
export function beginOnFirstVisit(): void {
  if (data.value.facts === null || !isFirstVisit()) return;
  const untouched = run.value;
  isAboutToStart.value = true;
  startTimer = window.setTimeout(() => {
    if (run.value.facts === untouched.facts && run.value.phase === 'idle' && run.value.step === 0) {
      void train();
      runNote.value = 'Training has started automatically because this is your first visit. Press Pause to stop it.';
    }
    isAboutToStart.value = false;
  }, delayBeforeStart);
}

/** What the visitor does to the run is not talked over by what was to happen by itself. */
function takeOver(): void {
  clearTimeout(startTimer);
  isAboutToStart.value = false;
  runNote.value = null;
}
