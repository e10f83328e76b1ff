// SPDX-License-Identifier: MIT
//
// Everything a visitor can ask for. Asks the worker, applies what comes back to the state by its pure transitions, and turns every
// failure into a sentence on the page. Views call these functions and nothing else.

import { batch, effect } from '@preact/signals';
import { Client, WorkerLostError } from './worker-client';
import { recover, startUp } from './recovery';
import { generatedId } from '../shared/generated';
import * as dataState from '../state/data-state';
import { fittedView, fitView, isSame, keepLink, showView, sourceNamed } from './link-controller';
import * as digitState from '../state/digit-state';
import { firstLink, fromHash, toHash } from '../state/page-link';
import { fromViewHash, firstView } from '../state/view-link';
import * as padState from '../state/pad-state';
import * as runState from '../state/run-state';
import { stopText } from '../shared/stop';
import {
  curveView,
  data,
  digit,
  engine,
  examples,
  isReading,
  noExamples,
  links,
  pad,
  problem,
  replay,
  run,
  runNote,
  stopRule,
} from '../state/store';
import { threads } from '../state/threads';
import type { Strokes } from 'tinycnn';
import type { StopRule } from '../shared/stop';
import type { CurveView } from '../state/store';
import type { ViewLink } from '../state/view-link';
import type { Orientation } from '../shared/dataset';
import type { DroppedFile } from '../shared/source-file';
import type {
  BegunRun,
  Calls,
  EngineFacts,
  FineTuned,
  LabelledStrokes,
  DataSource,
  ExampleFilter,
  Frame,
  RunSettings,
  Snapshot,
  Watch,
  WorkerEvent,
} from '../shared/protocol';

/** What a fresh worker needs to take over from a lost one. */
export const last: {
  source: DataSource;
  /** Of the run; null before the first. */
  snapshot: Snapshot | null;
  /** The class of each test image by the last test of the run. */
  test: { step: number; predicted: Uint8Array } | null;
} = { source: { kind: 'published', id: firstLink.data!, orGenerated: true }, snapshot: null, test: null };
let lastDrawing: Strokes | null = null;

const client = new Client({ event: receive, lost: (loss) => void recover(loss) });

/** For the parts of this controller that are loaded only when they are wanted. */
export const request = client.request.bind(client);
export const replaceWorker = client.replace.bind(client);

export const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one request of the visitor's; a failure is shown, a lost worker is dealt with elsewhere. */
export async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WorkerLostError)) problem.value = inWords(error);
  }
}

function receive(event: WorkerEvent): void {
  switch (event.type) {
    case 'progress':
      data.value = dataState.loading(data.value, event.progress);
      break;
    case 'measured':
      run.value = runState.measured(run.value, event.measurements, event.imagesPerSecond);
      break;
    case 'evaluating':
      run.value = runState.evaluating(run.value, event.done / event.count);
      break;
    case 'evaluated':
      run.value = runState.evaluated(run.value, event.evaluation);
      last.test = { step: event.evaluation.step, predicted: event.predicted };
      void refreshExamples();
      break;
    case 'frame':
      show(event.frame);
      break;
    case 'links':
      links.value = event.links;
      break;
    case 'snapshot':
      last.snapshot = event.snapshot;
      break;
    case 'extended':
      run.value = runState.extendedTo(run.value, event.epochs);
      break;
    case 'locked':
      break;
    case 'stopped':
      if (event.reason === 'diverged') {
        run.value = runState.diverged(run.value, event.step, event.divergence.loss);
        problem.value = `${event.divergence.cause} ${event.divergence.cure}`;
        break;
      }
      run.value = runState.stopped(run.value, event.reason);
      runNote.value =
        event.reason === 'finished'
          ? stopText(event.by, {
              accuracy: run.value.evaluations.at(-1)?.accuracy ?? null,
              more: run.value.facts?.epochs ?? 0,
            })
          : null;
      if (event.reason === 'failed') client.restart(event.error ?? 'it failed');
      break;
  }
}

/** Comes once the browser has painted what stood before it. */
const painted = new MessageChannel();

painted.port1.onmessage = () => void client.request('drawn', {}).catch(() => undefined);

/** Draws a frame and, once it is painted, asks for the next. */
function show(frame: Frame): void {
  digit.value = digitState.seen(digit.value, frame);
  // Preact renders in a microtask that has been queued before this one.
  queueMicrotask(() => {
    requestAnimationFrame(() => {
      painted.port2.postMessage(null);
    });
  });
}

/** Has frames hold more of one layer; the first of them is drawn at once. */
export const watch = (what: Watch): Promise<void> =>
  attempt(async () => {
    const { frame } = await client.request('watch', { watch: what });
    if (frame !== null) digit.value = digitState.seen(digit.value, frame);
  });

export function requestEngine(): Promise<EngineFacts> {
  const dataFolder = new URL('data/', document.baseURI).href;
  return client.request('open', { dataFolder, threads: threads.value });
}

export async function openEngine(): Promise<void> {
  engine.value = await requestEngine();
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

/** Settles when no other run is being set up. */
let configuring: Promise<unknown> = Promise.resolve();

export const whenConfigured = (): Promise<unknown> => configuring;

export async function configure(settings: RunSettings): Promise<void> {
  const answer = client.request('configure', { settings });
  configuring = answer.catch(() => undefined);
  const begun = await answer;
  batch(() => {
    begin(begun);
  });
  await sendDrawings();
}

/** Another run is there: nothing that was known of the one before holds any more. */
function begin({ facts, frame }: BegunRun): void {
  last.snapshot = last.test = null;
  run.value = runState.configured(facts);
  if (frame !== null) digit.value = digitState.seen(digit.value, frame);
  forgetExamples();
  fitView();
}

/** Loads, and on success starts a new run on what was loaded; on failure everything stays as it was. */
export async function load(from: DataSource, firstDigit = firstView.digit): Promise<void> {
  try {
    const loaded = await client.request('load', { source: from });
    if (loaded === null) return;
    const { data: facts, run: begun } = loaded;
    // What took its place comes back as such: a run goes on with the data that it began with.
    last.source = facts.id === generatedId ? { kind: 'generated' } : from;
    batch(() => {
      data.value = dataState.loaded(data.value, facts);
      if (digit.value.atHand.kind === 'test') digit.value = digitState.cleared(digit.value);
      begin(begun);
      problem.value = null;
    });
    await sendDrawings();
    const first = firstDigit < facts.testCount ? firstDigit : firstView.digit;
    if (digit.value.atHand.kind !== 'drawing') await pickTestDigit(first);
  } catch (error) {
    data.value = dataState.failed(data.value, from.kind === 'published' ? from.id : undefined);
    throw error;
  }
}

export async function bringBackDigit(): Promise<void> {
  const { atHand } = digit.value;
  if (atHand.kind === 'test') await pickTestDigit(atHand.index);
  else if (lastDrawing !== null) draw(lastDrawing);
}

/** What the page's address asks to be shown, until there is something to show it of. */
let linkedView: ViewLink | null = null;

/** Engine, network and data, as they were asked for. */
export async function bringUp(): Promise<void> {
  await openEngine();
  const refusal = await configureFirst(known(run.value.settings));
  const view = linkedView;
  if (view !== null) showView(view);
  await load(last.source, view?.digit);
  if (view !== null) listExamples(fittedView(view));
  linkedView = null;
  if (refusal !== null) throw refusal;
}

export async function open(): Promise<void> {
  const link = fromHash(location.hash);
  linkedView = fromViewHash(location.hash);
  run.value = runState.initialRun(link.settings);
  last.source = sourceNamed(link.data);
  effect(keepLink);
  addEventListener('hashchange', () => void followLink());
  await startUp();
}

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

/** A link that somebody puts into the address of the page as it stands; the name of a place on the page is none. */
const followLink = (): Promise<void> =>
  attempt(async () => {
    const { hash } = location;
    if (hash.includes('=')) {
      const link = fromHash(hash);
      const view = fromViewHash(hash);
      const next = known(link.settings);
      if (toHash({ data: null, settings: next }) !== toHash({ data: null, settings: run.value.settings })) {
        await configure(next);
      }
      const wanted = sourceNamed(link.data);
      if (!isSame(wanted, last.source)) await load(wanted, view.digit);
      else if (view.digit !== firstView.digit) await pickTestDigit(view.digit);
      showView(view);
      await stopAt(view.stop);
      listExamples(fittedView(view));
    }
    keepLink();
  });

/** Settings from a link, with the model that there is. */
const known = (settings: RunSettings): RunSettings =>
  engine.value!.zoo.some(({ id }) => id === settings.model) ? settings : { ...settings, model: 'tinycnn' };

export const loadFromFiles = (files: readonly DroppedFile[]): Promise<void> =>
  attempt(() => load({ kind: 'files', files, orientation: 'auto' }));

/** The visitor's files once more, their images taken this way round. */
export const orient = (orientation: Orientation): Promise<void> =>
  attempt(async () => {
    if (last.source.kind === 'files') await load({ ...last.source, orientation });
  });

export const loadPublished = (id: string): Promise<void> =>
  attempt(() => load({ kind: 'published', id, orGenerated: false }));

export const loadGenerated = (): Promise<void> => attempt(() => load({ kind: 'generated' }));

/** When training stops by itself, from now on. */
export function stopAt(rule: StopRule): Promise<void> {
  stopRule.value = rule;
  return attempt(() => client.request('stopAt', { rule }));
}

export async function pickTestDigit(pick: Calls['sample']['ask']['pick']): Promise<void> {
  await attempt(async () => {
    const found = await client.request('sample', { pick });
    batch(() => {
      endDrawing(padState.emptyPad);
      digit.value = digitState.tested(digit.value, found);
    });
  });
}

let exampleAsks = 0;

export function forgetExamples(): void {
  ++exampleAsks;
  examples.value = noExamples;
}

/** Lists test images by what the last evaluation took them for, the surest `count` of them. */
export function showExamples(filter: ExampleFilter, count = noExamples.count): Promise<void> {
  const ask = ++exampleAsks;
  return attempt(async () => {
    const found = await client.request('examples', { filter, count });
    if (found !== null && ask === exampleAsks) examples.value = { filter, count, found };
  });
}

/** Those that a link asks for: at once where there has been a test, else after the first. */
function listExamples({ examples: filter }: ViewLink): void {
  examples.value = { ...noExamples, filter };
  if (run.value.evaluations.length > 0) void refreshExamples();
}

const refreshExamples = (): Promise<void> => showExamples(examples.value.filter, examples.value.count);

/** How the curves are drawn. */
export function viewCurves(change: Partial<CurveView>): void {
  curveView.value = { ...curveView.value, ...change };
}

let drawingSent = false;
let drawingWaiting: Strokes | null = null;
/** Counts up when the digit at hand is replaced by something else, so that a late answer does not bring it back. */
let drawingsEnded = 0;

async function sendDrawings(): Promise<void> {
  if (drawingSent || engine.value === null || run.value.facts === null) return;
  drawingSent = true;
  try {
    while (drawingWaiting !== null) {
      const strokes: Strokes = drawingWaiting;
      drawingWaiting = null;
      const ended = drawingsEnded;
      const seen = await client.request('draw', { strokes });
      if (ended === drawingsEnded) digit.value = digitState.drawn(digit.value, seen);
    }
  } finally {
    drawingSent = false;
    isReading.value = drawingWaiting !== null;
  }
}

/** Reads the drawing; while one is being read only the latest other one waits. */
export function draw(strokes: Strokes): void {
  drawingWaiting = lastDrawing = strokes;
  isReading.value = true;
  void attempt(sendDrawings);
}

function endDrawing(next: padState.PadState): void {
  drawingWaiting = lastDrawing = null;
  ++drawingsEnded;
  pad.value = next;
  replay.value = null;
  isReading.value = false;
}

export function clearDigit(): void {
  batch(() => {
    endDrawing(padState.cleared(pad.value));
    digit.value = digitState.cleared(digit.value);
  });
  void attempt(() => client.request('clear', {}));
}

/** Has the network learn the visitor's own digits too; the run stands at the same step afterwards. */
export async function fineTune(digits: LabelledStrokes[]): Promise<FineTuned> {
  await configuring;
  return client.request('fineTune', { digits });
}

export const dismissProblem = (): void => {
  problem.value = null;
};
