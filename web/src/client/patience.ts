// SPDX-License-Identifier: MIT
//
// Training has ended by itself: why is said; and by a rule of patience the network of the best epoch is brought back, by the snapshot that
// was taken then or, where that is gone with the page, by training that epoch again. Loaded some seconds after the first reading.

import { batch, computed, effect } from '@preact/signals';
import { backText, bringingBackText, notBackText } from '../shared/patience-text';
import { settingsAt } from '../shared/run-log';
import { stopText } from '../shared/stop-text';
import { moments } from '../state/past';
import { bestByValidation } from '../state/run-outlook';
import * as runState from '../state/run-state';
import { run, runNote, stopRule } from '../state/store';
import { checkpoints, maxBytes, setCheckpoints } from './checkpoints';
import { inWords } from './command';
import { request } from './connection';
import { refreshExamples } from './examples';
import { restorePoint } from './restore-point';
import { lookAtPresent } from './run';
import { snapshotAt } from './time-machine';
import { WorkerLostError } from './worker-client';
import type { Evaluation, RunFacts, RunSettings, Snapshot } from '../shared/protocol';
import type { StopRule } from '../shared/stop';
import type { RestorePoint } from './restore-point';

interface Best {
  begun: RunSettings;
  snapshot: Snapshot;
  test: RestorePoint['test'];
}

let best: Best | null = null;

/** Among the checkpoints, which are kept with the run. */
function addCheckpoint(snapshot: Snapshot): void {
  if (snapshot.bytes.length > maxBytes) return;
  const before = checkpoints().filter(({ step }) => step < snapshot.step);
  setCheckpoints(restorePoint.log.begun, [...before, snapshot]);
}

/** From now on what is needed to go back to the best epoch is held, while a rule of patience may ask for it. */
export function followBest(): void {
  const evaluations = computed(() => run.value.evaluations);
  effect(() => {
    const last = evaluations.value.at(-1);
    const isPatient = stopRule.value.at === 'patience';
    if (!isPatient) best = null;
    if (!isPatient || last === undefined || bestByValidation(run.peek()) !== last) return;
    const { snapshot, test, log } = restorePoint;
    if (snapshot?.step !== last.step || best?.snapshot === snapshot) return;
    best = { begun: log.begun, snapshot, test: test?.step === last.step ? test : null };
    addCheckpoint(snapshot);
  });
}

/** The whole state of the run at the end of an epoch, and what it took the test images for where that is known. */
async function stateAt(step: number): Promise<Omit<Best, 'begun'>> {
  if (best?.begun === restorePoint.log.begun && best.snapshot.step === step) return best;
  return { snapshot: await snapshotAt(step), test: null };
}

/** The same run, as it was at the end of an epoch. */
async function goBack(facts: RunFacts, { snapshot, test }: Omit<Best, 'begun'>): Promise<void> {
  const { log } = restorePoint;
  const { step, epochs } = snapshot;
  const rates = log.rates.filter((change) => change.step < step);
  await request('restore', { snapshot, predicted: test?.predicted ?? null, rates });
  batch(() => {
    restorePoint.log = { ...log, rates };
    restorePoint.test = test;
    setCheckpoints(
      log.begun,
      checkpoints().filter((each) => each.step <= step),
    );
    moments.value = moments.value.filter((moment) => moment.step <= step);
    run.value = {
      ...runState.restored(runState.asOf(run.value, step), facts, step),
      ...{ settings: settingsAt(restorePoint.log, step), phase: 'finished' },
      extendedTo: epochs > facts.epochs ? epochs : null,
    };
  });
  lookAtPresent();
  void refreshExamples();
}

/** Unless the visitor does something else with the run before the state is there. */
async function bringBack(by: StopRule, { step, epoch }: Evaluation, facts: RunFacts): Promise<void> {
  const { begun } = restorePoint.log;
  const end = run.value;
  const isAsItWas = (): boolean =>
    restorePoint.log.begun === begun && run.value.step === end.step && run.value.phase === 'finished';
  runNote.value = bringingBackText(by, epoch);
  try {
    const state = await stateAt(step);
    if (!isAsItWas()) return;
    await goBack(facts, state);
    runNote.value = backText(by, epoch);
  } catch (error) {
    if (error instanceof WorkerLostError) throw error;
    if (isAsItWas()) runNote.value = notBackText(by, epoch, inWords(error));
  }
}

/** Training has ended by this rule. Unless it goes on already; what has been said about its end stands. */
export async function endBy(by: StopRule): Promise<void> {
  const { facts, step, phase } = run.value;
  if (facts === null || phase !== 'finished') return;
  const found = stopRule.value.at === 'patience' ? bestByValidation(run.value) : null;
  if (found !== null && found.step < step) await bringBack(by, found, facts);
  else if (by.at !== 'patience') runNote.value ??= stopText(by, facts.epochs);
}
