// SPDX-License-Identifier: MIT
//
// A worker that was lost is replaced, and the run goes on from its last snapshot. Where that does not last the page says so once and waits
// for the visitor to try again.

import { batch } from '@preact/signals';
import * as dataState from '../state/data-state';
import * as runState from '../state/run-state';
import { data, engine, isGivenUp, problem, run } from '../state/store';
import { requestEngine } from './configure';
import { replaceWorker, request } from './connection';
import { restoreInput } from './input';
import { lookedAt, moments } from '../state/past';
import { settingsAt } from '../shared/run-log';
import { restorePoint } from './restore-point';
import { resume } from './run';
import { bringUp, giveUp, interrupted, startUp, whileUp } from './start-up';
import type { Loss } from './worker-client';
import type { RestorePoint } from './restore-point';
import type { Interrupted } from './start-up';

/** Data that take the place of others are no data for a run that began with those. */
function exactSource(): RestorePoint['source'] {
  return restorePoint.source.kind === 'published'
    ? { ...restorePoint.source, orGenerated: false }
    : restorePoint.source;
}

/** Brings a fresh worker to where the last one was; resolves with the step. */
async function bringBack({ run: before, snapshot, test, log, moments: noted }: Interrupted): Promise<number> {
  const facts = await requestEngine();
  await request('configure', { settings: before.settings });
  const loaded = await request('load', { source: exactSource() });
  if (loaded === null) throw new Error('The data could not be loaded.');
  const known = test !== null && snapshot !== null && test.step <= snapshot.step;
  const predicted = known ? test.predicted : null;
  const { rates } = log;
  const step = snapshot === null ? 0 : (await request('restore', { snapshot, predicted, rates })).step;
  batch(() => {
    engine.value = facts;
    run.value = runState.restored({ ...before, settings: settingsAt(log, step) }, loaded.run.facts, step);
    data.value = dataState.loaded(data.value, loaded.data);
    restorePoint.test = known ? test : null;
    moments.value = noted.filter((moment) => moment.step <= step);
    lookedAt.value = null;
  });
  const saved = restorePoint.ghost;
  if (saved !== null) await request('keepGhost', { saved });
  await restoreInput();
  return step;
}

/** `goesOn`: with its training too, if it was training. */
async function takeUp(before: Interrupted, reason: string, goesOn: boolean): Promise<void> {
  const step = await bringBack(before);
  interrupted.run = null;
  const { startedAt } = before.run;
  const trained = goesOn && startedAt !== null;
  problem.value =
    `The worker that trains the network was lost: ${reason}. A new worker continues from step ${step}` +
    (trained ? ' and goes on training.' : '. Press Train to continue.');
  if (trained) await resume(startedAt);
}

export async function recover({ reason, deaths, restarted }: Loss): Promise<void> {
  const before = interrupted.run!;
  if (!restarted) {
    giveUp(`${reason}. It was started ${deaths} times.`);
    return;
  }
  await whileUp(() => (data.value.facts === null ? startOver(reason) : takeUp(before, reason, deaths === 1)));
}

/** There was nothing to go on from yet. */
async function startOver(reason: string): Promise<void> {
  interrupted.run = null;
  problem.value = `The worker that trains the network was lost: ${reason}. A new worker has started.`;
  await bringUp();
}

/** Once more after it was given up. */
export async function tryAgain(): Promise<void> {
  const before = interrupted.run;
  batch(() => {
    isGivenUp.value = false;
    problem.value = null;
  });
  replaceWorker();
  if (before === null || data.value.facts === null) await startUp();
  else await whileUp(() => takeUp(before, 'it had ended', false));
}
