// SPDX-License-Identifier: MIT
//
// Starting the engine. A worker that is lost is replaced by what recovery.ts does, which is loaded some seconds after the first reading; what
// must not wait for it is here. Where there is no engine at all the page says so once and waits for the visitor to try again.

import { batch } from '@preact/signals';
import * as dataState from '../state/data-state';
import { fromHash } from '../state/page-link';
import * as runState from '../state/run-state';
import { data, engine, isGivenUp, problem, run } from '../state/store';
import { inWords } from './command';
import { configure, known, openEngine } from './configure';
import { load } from './data';
import { listExamples } from './examples';
import { fittedView, showView } from '../state/current-view';
import { moments } from '../state/past';
import { restorePoint } from './restore-point';
import { WorkerLostError } from './worker-client';
import type { Found } from './kept/restore';
import type { Loss } from './worker-client';
import type { Moment } from '../shared/moments';
import type { RestorePoint } from './restore-point';
import type { RunSettings } from '../shared/protocol';
import type { RunState } from '../state/run-state';
import type { ViewLink } from '../state/view-link';

/** The run as it was when its worker was lost, with what was saved of it. */
export interface Interrupted extends Pick<RestorePoint, 'snapshot' | 'test' | 'log'> {
  run: RunState;
  moments: readonly Moment[];
}

/** Null while all is well. */
export const interrupted: { run: Interrupted | null } = { run: null };

export function giveUp(reason: string): void {
  batch(() => {
    engine.value = null;
    isGivenUp.value = true;
    data.value = dataState.failed(data.value);
    problem.value = `The engine that trains the network is not running: ${reason}`;
  });
}

/** Has everything come up; a failure to do so is shown with a way to try again. */
export async function whileUp(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof WorkerLostError) return; // that is being dealt with
    if (engine.value === null) giveUp(inWords(error));
    else problem.value = inWords(error);
  }
}

/** What the page's address asks to be shown, and what was kept of a run, until there is something to show it of. */
export const linked: { view: ViewLink | null; kept: Promise<Found | null> | null } = { view: null, kept: null };

/** Sets up the network of a link or, where a part that it needs cannot be loaded, the first network; resolves with the reason. */
async function configureFirst(settings: RunSettings): Promise<Error | null> {
  try {
    await configure(await known(settings));
    return null;
  } catch (error) {
    if (error instanceof WorkerLostError || !(error instanceof Error)) throw error;
    await configure(fromHash('').settings);
    return error;
  }
}

/** Engine, network and data, as they were asked for. */
export async function bringUp(): Promise<void> {
  await openEngine();
  const { view } = linked;
  const kept = await linked.kept;
  await kept?.prepare();
  restorePoint.source = kept?.source ?? restorePoint.source;
  const refusal = await configureFirst(kept?.settings ?? run.value.settings);
  if (view !== null) showView(view);
  await load(restorePoint.source, view?.digit, kept?.bringBack);
  await kept?.goOn();
  if (view !== null) listExamples(fittedView(view).examples);
  linked.view = linked.kept = null;
  if (refusal !== null) throw refusal;
}

export const startUp = (): Promise<void> => whileUp(bringUp);

let last: Loss | null = null;

/** Does something with what is loaded for it. */
const recover = (how: (recovery: typeof import('./recovery')) => Promise<void>): Promise<void> =>
  import('./recovery').then(how, () => {
    giveUp('what starts it again could not be loaded.');
  });

/** A worker is lost: nothing may be asked of the fresh one before it has been brought to where the last one was. */
export function lose(loss: Loss): void {
  last = loss;
  interrupted.run ??= { run: run.value, moments: moments.value, ...restorePoint };
  run.value = runState.stopped(run.value, 'failed');
  engine.value = null;
  void recover((recovery) => (loss === last ? recovery.recover(loss) : Promise.resolve()));
}

/** Once more after it was given up. */
export const tryAgain = (): Promise<void> => recover((recovery) => recovery.tryAgain());
