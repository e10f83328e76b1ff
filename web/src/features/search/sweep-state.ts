// SPDX-License-Identifier: MIT
//
// The sweep on the page: what is wanted, what was found so far, and the engines that go through its trials.

import { batch, computed, signal } from '@preact/signals';
import { dataOf, SweepProgress } from 'tinycnn/sweep';
import { inWords } from '../../client/command';
import { copyImages, engineCount, searchEngine, shared } from '../../client/search';
import { EndedError } from '../../client/side-worker';
import { data, recipe, run, engine as engineFacts } from '../../state/store';
import { readSweep, removeSweep, writeSweep } from './store';
import { atFirst, sweepOf } from './wanted';
import type { Job, SweepData, TrialResult } from 'tinycnn/sweep';
import type { SearchEngine } from '../../client/search';
import type { KeptSweep } from './store';
import type { Present, Wanted } from './wanted';

export const wanted = signal<Wanted>(atFirst);
export const phase = signal<'idle' | 'preparing' | 'running'>('idle');
export const failure = signal<string | null>(null);
/** Why the results are not kept, where the browser does not let them be. */
export const notKept = signal<string | null>(null);
/** Of the sweep that is shown; `progress` is always the same object while it grows, `results` says that it has. */
export const kept = signal<KeptSweep | null>(null);
let progress: SweepProgress | null = null;
/** Counts results, and moves on with every part of a trial: who reads it is drawn anew. */
export const ticks = signal(0);
/** When what is under way began, and the work that was done by then. */
const begun = signal({ at: 0, work: 0 });

interface Checkpoint {
  checkpoint: Uint8Array;
  seconds: number;
}

/** Of trials that may go on. One that is not here begins anew, with the same result. */
const checkpoints = new Map<number, Checkpoint>();
const checkpointRoom = 128e6;

let engines: SearchEngine[] = [];
let fractions: number[] = [];
const wake: (() => void)[] = [];

/** What is shown; read anew with every result. */
export const shown = computed(() => {
  if (ticks.value < 0 || progress === null || kept.value === null) return null;
  const { done, all } = progress.work;
  const perJob = all / progress.trials.length / progress.rungs.length;
  const now = Math.min(all, done + fractions.reduce((sum, each) => sum + each, 0) * perJob);
  const gained = now - begun.value.work;
  const secondsLeft =
    phase.value === 'running' && gained > 0
      ? ((performance.now() - begun.value.at) / 1000) * ((all - now) / gained)
      : null;
  return { progress, ranking: progress.ranking, done: now, all, secondsLeft, isDone: progress.isDone };
});

export function present(): Present {
  const { settings } = run.value;
  const entry = engineFacts.value!.zoo.find(({ id }) => id === settings.model)!;
  return { recipe: recipe.value!, model: entry.spec, name: entry.title, seed: settings.seed };
}

/** Opens the sweep of the last visit, if there is one. */
export async function reopen(): Promise<void> {
  if (kept.peek() !== null) return;
  const found = await readSweep().catch(() => null);
  if (found === null || kept.peek() !== null) return;
  try {
    show(found);
  } catch {
    await forget(); // of a form that this version no longer takes
  }
}

function show(sweep: KeptSweep): void {
  const next = new SweepProgress(sweep.sweep);
  for (const result of sweep.results) next.add(result);
  progress = next;
  checkpoints.clear();
  batch(() => {
    kept.value = sweep;
    failure.value = null;
    ++ticks.value;
  });
}

/** Begins what is wanted now, in the place of what was shown. */
export async function start(): Promise<void> {
  try {
    const sweep = sweepOf(wanted.peek(), present());
    const { id, title, trainCount } = data.value.facts!;
    show({ sweep, data: { id, title, images: Math.min(wanted.peek().images, trainCount) }, results: [] });
  } catch (error) {
    failure.value = inWords(error);
    return;
  }
  await goOn();
}

/** Whether the data on the page are those that the sweep is about. */
export const isOfPresentData = computed(() => kept.value === null || data.value.facts?.id === kept.value.data.id);

/** Counts how often it was begun or paused: what has begun before holds no more. */
let turns = 0;

export async function goOn(): Promise<void> {
  const sweep = progress;
  if (sweep === null || phase.peek() !== 'idle') return;
  const turn = ++turns;
  phase.value = 'preparing';
  failure.value = null;
  try {
    const { train, test } = await copyImages(kept.peek()!.data.images);
    if (turn !== turns) return;
    const all = dataOf(sweep.sweep, train, test);
    const images: SweepData = { ...all, train: shared(all.train), judge: shared(all.judge) };
    begun.value = { at: performance.now(), work: sweep.work.done };
    phase.value = 'running';
    await runAll(sweep, images);
  } catch (error) {
    if (!(error instanceof EndedError)) failure.value = inWords(error);
  } finally {
    pause();
    await save();
    phase.value = 'idle';
  }
}

/** What is under way is run again when it goes on. */
export function pause(): void {
  ++turns;
  for (const engine of engines) engine.end();
  engines = [];
  fractions = [];
  for (const each of wake.splice(0)) each();
}

export async function forget(): Promise<void> {
  pause();
  progress = null;
  checkpoints.clear();
  await removeSweep().catch(() => undefined);
  batch(() => {
    kept.value = null;
    ++ticks.value;
  });
}

async function runAll(sweep: SweepProgress, images: SweepData): Promise<void> {
  engines = Array.from({ length: Math.min(engineCount(), sweep.trials.length) }, searchEngine);
  fractions = engines.map(() => 0);
  const mine = engines;
  try {
    await Promise.all(mine.map((engine, place) => runEngine(sweep, images, engine, place)));
  } finally {
    for (const engine of mine) engine.end();
  }
}

async function runEngine(sweep: SweepProgress, images: SweepData, engine: SearchEngine, place: number): Promise<void> {
  await engine.request('data', { data: images });
  while (!sweep.isDone && engines.includes(engine)) {
    const job = sweep.next();
    if (job === null) {
      // a rung has to be complete before the next one begins
      await new Promise<void>((resolve) => wake.push(resolve));
      continue;
    }
    try {
      await take(sweep, job, engine, place);
    } catch (error) {
      sweep.release(job);
      throw error;
    }
    for (const each of wake.splice(0)) each();
  }
}

async function take(sweep: SweepProgress, job: Job, engine: SearchEngine, place: number): Promise<void> {
  const { id } = job.trial;
  const { result, checkpoint } = await engine.request('trial', { job, ...checkpoints.get(id) }, (done: number) => {
    fractions[place] = done;
    ++ticks.value;
  });
  fractions[place] = 0;
  sweep.add(result);
  checkpoints.set(id, { checkpoint, seconds: result.seconds });
  dropCheckpoints(sweep);
  batch(() => {
    kept.value = { ...kept.peek()!, results: sweep.results };
    ++ticks.value;
  });
  void saveSoon();
}

/** Those of the worst trials go first. */
function dropCheckpoints(sweep: SweepProgress): void {
  let bytes = 0;
  for (const { checkpoint } of checkpoints.values()) bytes += checkpoint.length;
  for (const { id } of sweep.ranking.toReversed()) {
    if (bytes <= checkpointRoom) return;
    bytes -= checkpoints.get(id)?.checkpoint.length ?? 0;
    checkpoints.delete(id);
  }
}

const saveInterval = 1000;
let saved = 0;

async function saveSoon(): Promise<void> {
  if (performance.now() - saved < saveInterval) return;
  await save();
}

async function save(): Promise<void> {
  saved = performance.now();
  if (kept.peek() === null || progress === null) return;
  try {
    await writeSweep(kept.peek()!);
    notKept.value = null;
  } catch (error) {
    notKept.value = `The results are not kept: ${inWords(error)}`;
  }
}

/** The checkpoint of a trial as it was judged; trains it again where it is not there. */
export async function checkpointOf(result: TrialResult): Promise<Uint8Array> {
  const found = checkpoints.get(result.id);
  if (found !== undefined) return found.checkpoint;
  const sweep = progress!;
  const { train, test } = await copyImages(kept.peek()!.data.images);
  const engine = searchEngine();
  try {
    await engine.request('data', { data: dataOf(sweep.sweep, train, test) });
    const job = { trial: sweep.trials.find(({ id }) => id === result.id)!, rung: result.rung, epochs: result.epochs };
    const outcome = await engine.request('trial', { job });
    return outcome.checkpoint;
  } finally {
    engine.end();
  }
}
