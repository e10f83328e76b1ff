// SPDX-License-Identifier: MIT
//
// Commands for the run: train, pause, step, rewind, set it otherwise. And what begins by itself on the first visit.

import { batch } from '@preact/signals';
import { command } from './command';
import { configure, setUpNext, whenConfigured, whenReady } from './configure';
import { request } from './connection';
import { forgetExamples } from './examples';
import { isFirstVisit, delayBeforeStart } from './first-visit';
import { lesson } from '../state/lesson';
import { lookedAt } from '../state/past';
import * as runState from '../state/run-state';
import { data, isAboutToStart, problem, run, runNote, stopRule, tempo } from '../state/store';
import { newLog } from '../shared/run-log';
import { restorePoint } from './restore-point';
import { lessMotion } from '../shared/motion';
import type { LossAt } from '../shared/patience';
import type { RunSettings } from '../shared/protocol';
import type { StopRule } from '../shared/stop';
import type { Tempo } from '../shared/tempo';

/** What a rule of patience goes by. */
const losses = (): LossAt[] => run.value.evaluations.map(({ step, validation }) => [step, validation?.loss]);

async function trainSince(startedAt: number): Promise<void> {
  run.value = runState.started(run.value, startedAt);
  try {
    const seconds = (performance.now() - startedAt) / 1000;
    await request('train', { rule: stopRule.value, seconds, tempo: tempo.value, losses: losses() });
  } catch (error) {
    run.value = runState.stopped(run.value, 'failed');
    throw error;
  }
}

const begin = command(async () => {
  await whenConfigured();
  problem.value = null;
  await trainSince(performance.now());
});

export const train = (): Promise<void> => {
  cancelAutomaticStart();
  return begin();
};

/** Goes on with training that was interrupted by what was no act of the visitor's, and began at `startedAt`. */
export const resume = command(trainSince);

export const pause = command(() => request('pause', {}));

export const step = command(async () => {
  cancelAutomaticStart();
  await whenConfigured();
  await request('step', {});
});

/** How fast training is shown, from now on. */
export const goAt = command(async (wanted: Tempo) => {
  tempo.value = wanted;
  await request('tempo', { tempo: wanted });
});

/** When training stops by itself, from now on. */
export const stopAt = command(async (rule: StopRule) => {
  stopRule.value = rule;
  await request('stopAt', { rule, losses: losses() });
});

async function rewindTo(otherSeed: (seed: number) => number): Promise<void> {
  cancelAutomaticStart();
  let seed = 0;
  await setUpNext(() => request('rewind', { seed: (seed = otherSeed(run.value.settings.seed)) }));
  batch(() => {
    restorePoint.test = null;
    run.value = runState.rewound(run.value, seed);
    restorePoint.log = newLog(run.value.settings);
    problem.value = null;
  });
  forgetExamples();
}

export const rewind = command(() => rewindTo((seed) => seed));

const maxSeed = 9999;

/** Another seed than the present one, short enough to be written down. */
export const newSeed = command(() =>
  rewindTo((seed) => {
    const other = 1 + Math.floor(Math.random() * (maxSeed - 1));
    return other >= seed ? other + 1 : other;
  }),
);

/** What was chosen while the choice before it was still being set up. */
let chosen: Partial<RunSettings> = {};
let choices = 0;

/** The settings that were chosen last, be their run there yet or not. */
export const chosenSettings = (): RunSettings => ({ ...run.value.settings, ...chosen });

/** A choice counts from when it is made, and is carried out once those before it are. */
export async function carryOut(change: Partial<RunSettings>, work: () => Promise<void>): Promise<void> {
  const choice = ++choices;
  chosen = { ...chosen, ...change };
  try {
    await whenReady();
    await setUpNext(work);
  } finally {
    if (choice === choices) chosen = {};
  }
}

/** Another model or recipe: a new run from the present seed. Rejects where there can be none, and all stays as it was. */
export async function beginRun(change: Partial<RunSettings>): Promise<void> {
  cancelAutomaticStart();
  await carryOut(change, () => configure(chosenSettings()));
  problem.value = null;
}

export const choose = command(beginRun);

/** Whether the visitor has done anything to the run. */
let isTouched = false;

export const isOwnWork = (): boolean => isTouched;

let startTimer = 0;

/** Everything that is shown is of the present again. */
export function lookAtPresent(): void {
  if (lookedAt.value === null) return;
  lookedAt.value = null;
  void request('lookAtPresent', {}).catch(() => undefined); // a fresh worker knows of nothing else
}

/** On a first visit that has found data: begins to train in a moment, unless the visitor does anything to the run before. Returns whether
 * it is one. */
export function beginOnFirstVisit(): boolean {
  if (data.value.facts === null || lesson.value !== null || !isFirstVisit()) return false;
  const untouched = run.value;
  isAboutToStart.value = true;
  startTimer = window.setTimeout(() => {
    isAboutToStart.value = false;
    if (run.value.facts !== untouched.facts || run.value.phase !== 'idle' || run.value.step > 0) return;
    if (tempo.value !== 'slow') tempo.value = lessMotion() ? 'full' : 'show';
    void begin();
  }, delayBeforeStart);
  return true;
}

/** What the visitor does to the run is not talked over by what was to happen by itself. */
function cancelAutomaticStart(): void {
  lookAtPresent();
  clearTimeout(startTimer);
  isTouched = true;
  isAboutToStart.value = false;
  runNote.value = null;
}
