// SPDX-License-Identifier: MIT
//
// Commands for the run's past: look at the network as it was at a step, also at one that has to be trained again, and go on from there.

import { batch, signal } from '@preact/signals';
import { hashOfWeights } from '../shared/fnv1a';
import { grouped } from '../shared/format';
import { areDigits } from '../shared/published-datasets';
import { changedRecipe } from '../shared/recipe-changes';
import { settingsAt } from '../shared/run-log';
import { ghostOf } from '../state/comparison';
import * as digitState from '../state/digit-state';
import { ghostRun } from '../state/ghost';
import { lookedAt, moments } from '../state/past';
import * as runState from '../state/run-state';
import { classNames, digit, links, recipeAsIs, run, runNote } from '../state/store';
import { checkpoints, setCheckpoints } from './checkpoints';
import { command } from './command';
import { request } from './connection';
import { saver } from './kept/saver';
import { secondsTrained, setSecondsTrained } from './kept/trained-time';
import { restorePoint } from './restore-point';
import { lookAtPresent } from './run';
import type { Moment } from '../shared/moments';
import type { RateChange } from '../shared/run-log';
import type { Replayed, Snapshot } from '../shared/protocol';

export { lookAtPresent };

/** What is said of a step that was trained again. */
export const proof = signal<string | null>(null);
/** Whether a step is being trained again. */
export const isReplaying = signal(false);
/** The hash of the weights that are looked back at. */
export const pastHash = signal<string | null>(null);

let wanted: Moment | null = null;
let isAsking = false;

async function show(moment: Moment): Promise<void> {
  const found = await request('lookBack', { moment });
  if (found === null) return;
  batch(() => {
    lookedAt.value = moment.step;
    pastHash.value = hashOfWeights([moment.weights]);
    links.value = found.links;
    if (found.frame !== null) digit.value = digitState.seen(digit.value, found.frame);
  });
}

/** Shows the network as it was; of several wishes at once the last one counts. Training rests. */
export const lookAt = command(async (moment: Moment) => {
  wanted = moment;
  proof.value = null;
  if (isAsking) return;
  isAsking = true;
  try {
    if (run.value.phase === 'training') await request('pause', {});
    while (wanted !== null) {
      const next: Moment = wanted;
      wanted = null;
      await show(next);
    }
  } finally {
    isAsking = false;
  }
});

/** As the engine has it where the optimizer does not say. */
const defaultRate = 0.001;

/** The rates of the run from its beginning: a session that is rewound has the last one. */
function ratesFromStart(): RateChange[] {
  const { begun, rates } = restorePoint.log;
  if (rates.length === 0 || recipeAsIs.value === null) return [...rates];
  const { optimizer } = changedRecipe(recipeAsIs.value, begun.changes, areDigits(classNames.value));
  return [{ step: 0, learningRate: optimizer.learningRate ?? defaultRate }, ...rates];
}

/** Trains to a step of the run again, from the last point before it at which everything is known. */
async function repeated(step: number): Promise<Replayed> {
  const from: Snapshot | null = checkpoints().findLast((each) => each.step <= step) ?? null;
  if (from === null && restorePoint.log.unlike !== null) throw new Error(restorePoint.log.unlike);
  const noted = moments.value.find((moment) => moment.step >= step);
  isReplaying.value = true;
  try {
    const proofAt = noted?.step ?? step;
    const found = await request('replay', { from, step, proofAt, rates: ratesFromStart() });
    if (found === null) throw new Error('The step could not be trained again: something else was done meanwhile.');
    if (noted !== undefined && found.proof !== hashOfWeights([noted.weights])) {
      throw new Error(`Step ${grouped(step)} could not be trained again: other weights have come of it.`);
    }
    proof.value =
      noted === undefined
        ? null
        : `Trained again: at step ${grouped(proofAt)} the weights are ${found.proof}, as they were the first time.`;
    return found;
  } finally {
    isReplaying.value = false;
  }
}

/** Shows the network as it was at any step so far, which is trained again where it was not noted. */
export const goTo = command(async (step: number) => {
  const noted = moments.value.find((moment) => moment.step === step);
  if (noted !== undefined) {
    await lookAt(noted);
    return;
  }
  const { moment } = await repeated(step);
  await show(moment);
});

/** The whole state of the run at a step. */
export async function snapshotAt(step: number): Promise<Snapshot> {
  const known = checkpoints().find((each) => each.step === step);
  return known ?? (await repeated(step)).snapshot;
}

/** A new run from the step that is looked back at, with what was set then. The one before stays: kept, and drawn behind the new one. */
export const goOnFromHere = command(async () => {
  const step = lookedAt.value;
  const { facts } = run.value;
  if (step === null || facts === null) return;
  const snapshot = await snapshotAt(step);
  saver.saveNow();
  await saver.idle;
  const ghost = ghostOf(run.value);
  const seconds = (secondsTrained() * step) / run.value.step; // at its mean speed
  restorePoint.ghost = (await request('keepGhost', { saved: null })).saved;
  const { log } = restorePoint;
  const rates = log.rates.filter((change) => change.step < step);
  await request('restore', { snapshot, predicted: null, rates });
  batch(() => {
    ghostRun.value = ghost;
    restorePoint.log = { ...log, begun: { ...log.begun }, rates };
    restorePoint.test = null;
    setSecondsTrained(restorePoint.log.begun, seconds);
    setCheckpoints(
      restorePoint.log.begun,
      checkpoints().filter((each) => each.step <= step),
    );
    moments.value = moments.value.filter((moment) => moment.step <= step);
    run.value = runState.restored({ ...run.value, settings: settingsAt(restorePoint.log, step) }, facts, step);
  });
  lookAtPresent();
  runNote.value = `A new run from step ${grouped(step)}. Change the learning rate, or train: the run before stays behind it.`;
});

/** Between two pictures of the film. */
const filmBeat = 90;

export const isPlaying = signal(false);

/** Shows one moment after the other, from the one that is looked at, or from the first. */
export const play = command(async () => {
  isPlaying.value = true;
  const from = lookedAt.peek() ?? -1;
  const all = moments.peek();
  const rest = all.filter(({ step }) => step > from);
  for (const moment of rest.length > 0 ? rest : all) {
    if (!isPlaying.peek()) return;
    const next = new Promise((resolve) => setTimeout(resolve, filmBeat));
    await lookAt(moment);
    await next;
  }
  isPlaying.value = false;
});

export const stopPlaying = (): void => {
  isPlaying.value = false;
};
