// SPDX-License-Identifier: MIT
//
// Opening an engine and setting up runs: what commands that begin a run have in common.

import { batch, effect } from '@preact/signals';
import * as digitState from '../state/digit-state';
import { lookedAt } from '../state/past';
import * as runState from '../state/run-state';
import { digit, engine, run, threadUse } from '../state/store';
import { threads } from '../state/threads';
import { request } from './connection';
import { forgetExamples } from './examples';
import { sendDrawings } from './input';
import { fitView } from '../state/current-view';
import { newLog } from '../shared/run-log';
import { restorePoint } from './restore-point';
import type { BegunRun, EngineFacts, RunSettings } from '../shared/protocol';

/** With the networks from files, which a fresh worker does not know. */
export async function requestEngine(): Promise<EngineFacts> {
  const dataFolder = new URL('data/', document.baseURI).href;
  const facts = await request('open', { dataFolder, threads: threads.value });
  const { networks } = restorePoint;
  if (networks.length > 0) await request('imported', { networks });
  return { ...facts, zoo: [...facts.zoo, ...networks.map(({ entry }) => entry)] };
}

export async function openEngine(): Promise<void> {
  engine.value = await requestEngine();
  threadUse.value = null;
}

/** Resolves once there are an engine and a run. */
export function whenReady(): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (engine.value === null || run.value.facts === null) return;
      resolve();
      queueMicrotask(() => {
        stop();
      });
    });
  });
}

let configuring: Promise<unknown> = Promise.resolve();

/** Resolves when no other run is being set up. What acts on the run, or goes by its settings, waits for it: the worker would answer it for
 * the run that is about to go. */
export const whenConfigured = (): Promise<unknown> => configuring;

/** What sets up a run, be it the worker's answer or something that waits to be sent: what is asked for later waits for it, too. */
export function settingUp<T>(answer: Promise<T>): Promise<T> {
  configuring = Promise.allSettled([configuring, answer]);
  return answer;
}

/** Sets up a run as soon as no other one is being set up. */
export const setUpNext = <T>(begin: () => Promise<T>): Promise<T> => settingUp(whenConfigured().then(begin));

export async function configure(settings: RunSettings): Promise<void> {
  const begun = await settingUp(request('configure', { settings }));
  batch(() => {
    begin(begun);
  });
  await sendDrawings();
}

/** Another run is there: nothing that was known of the one before holds any more. */
export function begin({ facts, frame }: BegunRun): void {
  restorePoint.snapshot = restorePoint.test = lookedAt.value = null;
  run.value = runState.configured(facts);
  restorePoint.log = newLog(run.value.settings);
  threadUse.value = null;
  if (frame !== null) digit.value = digitState.seen(digit.value, frame);
  forgetExamples();
  fitView();
}

/** Settings from a link, with a model that there is. */
export const known = async (settings: RunSettings): Promise<RunSettings> =>
  engine.value!.zoo.some(({ id }) => id === settings.model) ? settings : (await import('./imported')).bring(settings);
