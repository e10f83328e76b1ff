// SPDX-License-Identifier: MIT
//
// A link that says which weights a run leads to: trains to its step and compares. Loaded with the first such link.

import { effect } from '@preact/signals';
import { grouped } from '../shared/format';
import { aim, outcome } from '../state/kept';
import { fromHash } from '../state/page-link';
import { goalIn, verdict } from '../state/recipe-link';
import { data, engine, run, runNote, stopRule, tempo } from '../state/store';
import { inWords } from './command';
import { request } from './connection';
import { restorePoint } from './restore-point';
import { rewind, train } from './run';
import type { Aim } from '../state/recipe-link';

/** Why the data are not those of the link; null where they are. */
function otherData(wanted: string): string | null {
  const { facts } = data.peek();
  if (facts === null || facts.id === wanted) return null;
  return `The link is about other data than ${facts.title}, from which this network has learned.`;
}

/** At its step, once the run rests there. */
async function compare({ goal, data: wanted }: Aim): Promise<void> {
  const { step, hash } = await request('hash', {});
  if (step !== goal.step) return;
  outcome.value = hash === goal.weights ? 'same' : 'other';
  runNote.value = verdict(goal, hash, { version: engine.peek()?.version ?? '', data: otherData(wanted) });
}

/** Follows the run until it is where the link leads, or is another one. */
export function follow(wanted: Aim): void {
  const { begun } = restorePoint.log;
  let isOver = false;
  aim.value = wanted;
  outcome.value = null;
  effect(() => {
    const { phase, step } = run.value;
    const isAway = restorePoint.log.begun !== begun || step > wanted.goal.step;
    if (isOver || (!isAway && (step < wanted.goal.step || phase === 'training'))) return;
    isOver = true;
    if (aim.peek() === wanted) aim.value = null;
    if (isAway) return;
    compare(wanted).catch((error: unknown) => {
      runNote.value = `The weights could not be compared: ${inWords(error)}`;
    });
  });
}

/** Trains to where the link leads, which the page has just been set up by. */
export async function pursue(hash: string): Promise<void> {
  const goal = goalIn(hash);
  if (goal === null || run.peek().facts === null) return;
  if (run.peek().step > 0) await rewind();
  const { snapshot, log } = restorePoint;
  const { rates } = goal;
  if (rates.length > 0 && snapshot !== null) {
    await request('restore', { snapshot, predicted: null, rates });
    restorePoint.log = { ...log, rates };
  }
  tempo.value = 'full';
  stopRule.value = { at: 'step', step: goal.step };
  follow({ goal, data: fromHash(hash).data ?? '' });
  const trained = train();
  runNote.value = `Training to step ${grouped(goal.step)}, where the weights are compared with those of the link.`;
  await trained;
}
