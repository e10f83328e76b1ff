// SPDX-License-Identifier: MIT
//
// Starting the engine, also once more. A worker that is lost is replaced, and the run goes on from its last snapshot. Where that does not
// last, or there is no engine at all, the page says so once and waits for the visitor to try again.

import { batch } from '@preact/signals';
import * as dataState from '../state/data-state';
import { fromHash } from '../state/page-link';
import * as runState from '../state/run-state';
import { data, engine, isGivenUp, problem, run } from '../state/store';
import { inWords } from './command';
import { configure, known, openEngine, requestEngine } from './configure';
import { replaceWorker, request } from './connection';
import { load } from './data';
import { listExamples } from './examples';
import { restoreInput } from './input';
import { fittedView, showView } from '../state/current-view';
import { restorePoint } from './restore-point';
import { resume } from './run';
import { WorkerLostError } from './worker-client';
import type { Loss } from './worker-client';
import type { RestorePoint } from './restore-point';
import type { RunSettings } from '../shared/protocol';
import type { RunState } from '../state/run-state';
import type { ViewLink } from '../state/view-link';

/** The run as it was when its worker was lost, with what was saved of it; null while all is well. */
let interrupted: Interrupted | null = null;

interface Interrupted extends Pick<RestorePoint, 'snapshot' | 'test'> {
  run: RunState;
}

function giveUp(reason: string): void {
  batch(() => {
    engine.value = null;
    isGivenUp.value = true;
    data.value = dataState.failed(data.value);
    problem.value = `The engine that trains the network is not running: ${reason}`;
  });
}

/** Has everything come up; a failure to do so is shown with a way to try again. */
async function whileUp(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof WorkerLostError) return; // that is being dealt with
    if (engine.value === null) giveUp(inWords(error));
    else problem.value = inWords(error);
  }
}

/** What the page's address asks to be shown, until there is something to show it of. */
export const linked: { view: ViewLink | null } = { view: null };

/** Sets up the network of a link or, where a part that it needs cannot be loaded, the first network; resolves with the reason. */
async function configureFirst(settings: RunSettings): Promise<Error | null> {
  try {
    await configure(settings);
    return null;
  } catch (error) {
    if (error instanceof WorkerLostError || !(error instanceof Error)) throw error;
    await configure(fromHash('').settings);
    return error;
  }
}

/** Engine, network and data, as they were asked for. */
async function bringUp(): Promise<void> {
  await openEngine();
  const refusal = await configureFirst(known(run.value.settings));
  const { view } = linked;
  if (view !== null) showView(view);
  await load(restorePoint.source, view?.digit);
  if (view !== null) listExamples(fittedView(view).examples);
  linked.view = null;
  if (refusal !== null) throw refusal;
}

export const startUp = (): Promise<void> => whileUp(bringUp);

/** Data that take the place of others are no data for a run that began with those. */
function exactSource(): RestorePoint['source'] {
  return restorePoint.source.kind === 'published'
    ? { ...restorePoint.source, orGenerated: false }
    : restorePoint.source;
}

/** Brings a fresh worker to where the last one was; resolves with the step. */
async function bringBack({ run: before, snapshot, test }: Interrupted): Promise<number> {
  const facts = await requestEngine();
  await request('configure', { settings: before.settings });
  const loaded = await request('load', { source: exactSource() });
  if (loaded === null) throw new Error('The data could not be loaded.');
  const known = test !== null && snapshot !== null && test.step <= snapshot.step;
  const predicted = known ? test.predicted : null;
  const step = snapshot === null ? 0 : (await request('restore', { snapshot, predicted })).step;
  batch(() => {
    engine.value = facts;
    run.value = runState.restored(before, loaded.run.facts, step);
    data.value = dataState.loaded(data.value, loaded.data);
    restorePoint.test = known ? test : null;
  });
  const saved = restorePoint.ghost;
  if (saved !== null) await request('keepGhost', { saved });
  await restoreInput();
  return step;
}

/** `goesOn`: with its training too, if it was training. */
async function takeUp(before: Interrupted, reason: string, goesOn: boolean): Promise<void> {
  const step = await bringBack(before);
  interrupted = null;
  const { startedAt } = before.run;
  const trained = goesOn && startedAt !== null;
  problem.value =
    `The worker that trains the network was lost: ${reason}. A new worker continues from step ${step}` +
    (trained ? ' and goes on training.' : '. Press Train to continue.');
  if (trained) await resume(startedAt);
}

export async function recover({ reason, deaths, restarted }: Loss): Promise<void> {
  interrupted ??= { run: run.value, snapshot: restorePoint.snapshot, test: restorePoint.test };
  const before = interrupted;
  run.value = runState.stopped(run.value, 'failed');
  engine.value = null;
  if (!restarted) {
    giveUp(`${reason}. It was started ${deaths} times.`);
    return;
  }
  await whileUp(() => (data.value.facts === null ? startOver(reason) : takeUp(before, reason, deaths === 1)));
}

/** There was nothing to go on from yet. */
async function startOver(reason: string): Promise<void> {
  interrupted = null;
  problem.value = `The worker that trains the network was lost: ${reason}. A new worker has started.`;
  await bringUp();
}

/** Once more after it was given up. */
export async function tryAgain(): Promise<void> {
  const before = interrupted;
  batch(() => {
    isGivenUp.value = false;
    problem.value = null;
  });
  replaceWorker();
  if (before === null || data.value.facts === null) await startUp();
  else await whileUp(() => takeUp(before, 'it had ended', false));
}
