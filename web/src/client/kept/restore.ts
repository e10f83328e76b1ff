// SPDX-License-Identifier: MIT
//
// The run that this tab goes on with when it is opened, and how a kept run is brought back: by the settings that it had, on the same data,
// from its last checkpoint. What cannot be brought back is said, and stays where it is.

import { batch } from '@preact/signals';
import { grouped } from '../../shared/format';
import { isImported } from '../../shared/imported';
import { settingsAt } from '../../shared/run-log';
import { linkable } from '../../state/current-view';
import { generatedId } from '../../shared/generated';
import { offer } from '../../state/kept';
import { moments } from '../../state/past';
import { fromHash, toHash } from '../../state/page-link';
import { goalIn } from '../../state/recipe-link';
import * as runState from '../../state/run-state';
import { data, run, runNote, stopRule } from '../../state/store';
import { firstView } from '../../state/view-link';
import { setCheckpoints } from '../checkpoints';
import { command, inWords } from '../command';
import { configure, known } from '../configure';
import { request } from '../connection';
import { load } from '../data';
import { follow } from '../goal';
import { putDrawing } from '../drawings';
import { restoreInput } from '../input';
import { restorePoint } from '../restore-point';
import { resume } from '../run';
import { isAtStop } from './at-stop';
import { own, runOfTab } from './ownership';
import { keptDataOf } from './present-data';
import { readFiles, readNetwork, readPast, readRuns, readWeights } from './records';
import { heldRun, letGoOf } from './held';
import { saver } from './saver';
import { setSecondsTrained } from './trained-time';
import { WorkerLostError } from '../worker-client';
import type { ImportedNetwork } from '../../shared/imported';
import type { Past } from './records';
import type { Release } from './ownership';
import type { KeptData, KeptRun, KeptSource } from './schema';
import type { BringBack } from '../data';
import type { DatasetFacts, DataSource, RunFacts, RunSettings } from '../../shared/protocol';

/** A kept run, to be brought back. */
export interface Found {
  /** Once there is an engine, and before the rest is read: its network is there. */
  prepare: () => Promise<void>;
  settings: RunSettings;
  /** Null where its data are not to be had without the visitor. */
  source: DataSource | null;
  bringBack: BringBack;
  /** Once it is back, if it is: says so, and trains if it was training in this tab. */
  goOn: () => Promise<void>;
}

/** How long it is said of a run that goes on by itself that it was brought back. */
const saidFor = 8000;

const settingsOf = ({ log, step }: KeptRun): RunSettings => settingsAt(log, step);

const nameOf = ({ network, step }: KeptRun): string => `${network}, step ${grouped(step)}`;

/** What the page's address says of settings and data, in the order in which links are read: nothing of what is only looked at. */
const addressOf = (id: string | null, settings: RunSettings): string =>
  toHash(fromHash(toHash({ data: id, settings: linkable(settings) })));

/** A link that says which weights it leads to begins afresh. */
function isNamedBy(hash: string, kept: KeptRun): boolean {
  if (hash.replace('#', '') === '') return true;
  if (goalIn(hash) !== null) return false;
  const link = fromHash(hash);
  const { source } = kept.data;
  const id = source.kind === 'published' ? source.id : source.kind === 'generated' ? generatedId : null;
  return addressOf(link.data, link.settings) === addressOf(id, settingsOf(kept));
}

const offerOf = (kept: KeptRun): void => {
  offer.value = { text: `An earlier run is kept: ${nameOf(kept)}.`, id: kept.id };
};

/** A kept run that this tab has. */
interface Owned {
  kept: KeptRun;
  release: Release;
}

/** This tab's run before it was loaded anew, else the newest one that no tab has. */
async function choose(runs: readonly KeptRun[], hash: string): Promise<Owned | null> {
  const before = runOfTab();
  const mine = runs.find(({ id }) => id === before);
  const wanted = before === null ? runs[0] : mine;
  if (before !== null && before !== '' && mine === undefined) {
    offer.value = { text: 'The browser has deleted what it kept of your run.', id: null };
  }
  if (wanted === undefined) return null;
  if (!isNamedBy(hash, wanted)) {
    offerOf(wanted);
    return null;
  }
  const release = await own(wanted.id, { waits: mine !== undefined });
  return release === null ? null : { kept: wanted, release };
}

async function sourceOf(source: KeptSource): Promise<DataSource | null> {
  if (source.kind === 'generated') return source;
  if (source.kind === 'published') return { ...source, orGenerated: true };
  const files = await readFiles(source.hash).catch(() => null);
  return files === null ? null : { kind: 'files', files, orientation: source.orientation };
}

/** Whether these are the data that it learned from. */
async function isOf({ data: kept }: KeptRun, facts: DatasetFacts | null): Promise<boolean> {
  if (facts?.inPlaceOf !== null) return false;
  const ofInterest = ({ source, trainCount, testCount }: KeptData): string =>
    JSON.stringify([source, trainCount, testCount]);
  return ofInterest(await keptDataOf(facts)) === ofInterest(kept);
}

/** Throws a sentence where it cannot be brought back on what there is now. */
async function requireFit(kept: KeptRun, facts: DatasetFacts | null, { model }: RunFacts): Promise<void> {
  if (!(await isOf(kept, facts))) {
    const how = kept.data.source.kind === 'files' ? 'choose its files again' : 'load these data';
    throw new Error(`Your run on ${kept.data.title} is kept. To go on with it, ${how}.`);
  }
  if (model !== kept.log.begun.model) throw new Error('A run is kept whose network could not be loaded.');
}

/** A run with all that is kept of it. */
export interface KeptContents {
  kept: KeptRun;
  weights: Uint8Array;
  past: Past;
  /** Where it came from a file. */
  network: ImportedNetwork | null;
}

/** What of a kept run is read when it is brought back. */
interface Contents extends Omit<KeptContents, 'kept'> {
  /** Null for one that is not kept in this browser. */
  release: Release | null;
}

async function contentsOf({ kept, release }: Owned): Promise<Contents> {
  const { id } = kept;
  const [weights, past, network] = await Promise.all([readWeights(id), readPast(kept), readNetwork(id)]);
  if (weights === null) throw new Error('The kept run is incomplete.');
  return { weights, past, network, release };
}

/** The worker is at the run's last step; has the page show it, and this tab have it. */
async function restore(
  kept: KeptRun,
  { weights, past, release }: Contents,
  facts: DatasetFacts | null,
  of: RunFacts,
): Promise<() => void> {
  await requireFit(kept, facts, of);
  const { log, test, known, stop, epochs } = kept;
  const snapshot = { step: kept.step, bytes: weights, epochs };
  const predicted = test?.predicted ?? null;
  const { step } = await request('restore', { snapshot, predicted, rates: log.rates });
  return () => {
    moments.value = past.moments;
    setCheckpoints(log.begun, past.checkpoints);
    restorePoint.log = log;
    restorePoint.snapshot = snapshot;
    restorePoint.test = test;
    restorePoint.isKept = release !== null;
    setSecondsTrained(log.begun, kept.seconds ?? 0);
    if (release !== null) saver.adopt(kept, release, past);
    if (stopRule.value.at === 'end') stopRule.value = stop;
    run.value = { ...runState.configured(of), ...known, settings: settingsAt(log, step), step };
    offer.value = null;
  };
}

/** What was on the pad is there again, and whatever a link said of where the run leads to still holds. */
function bringBackRest({ drawing, aim }: KeptRun): void {
  if (drawing.length > 0) putDrawing(drawing);
  if (aim !== null) follow(aim);
}

const backAt = (step: number): string => `Back at step ${grouped(step)}, where you left off.`;

/** Whether all that it was to train is done: it was saved while its last step was still being tested. */
function isOver({ stop, step, epochs }: KeptRun): boolean {
  const { stepsPerEpoch } = run.peek().facts!;
  return isAtStop(stop, { stepsPerEpoch, epochs, step });
}

/** Goes on training; that it was brought back is said for a while. */
async function resumeTraining(step: number): Promise<void> {
  const note = `${backAt(step)} Training goes on.`;
  runNote.value = note;
  await resume(performance.now());
  setTimeout(() => {
    if (runNote.value === note) runNote.value = null;
  }, saidFor);
}

const sayBack = (step: number): void => {
  runNote.value = `${backAt(step)} Press Train to go on, Rewind to start afresh.`;
};

function offerNewer(newer: readonly unknown[]): void {
  if (newer.length === 0 || offer.value !== null) return;
  offer.value = {
    text: 'A run is kept that a newer version of this page has saved. Reload the page to go on.',
    id: null,
  };
}

/** For a page that is being opened at this address. */
export async function find(hash: string): Promise<Found | null> {
  const wasMine = runOfTab();
  const { runs, newer } = await readRuns();
  const chosen = await choose(runs, hash);
  if (chosen === null) {
    offerNewer(newer);
    return null;
  }
  const { release } = chosen;
  let { kept } = chosen;
  let isBack = false;
  const found: Found = {
    ...{ settings: settingsOf(kept), source: await sourceOf(kept.data.source) },
    prepare: async () => {
      if (!isImported(kept.log.begun.model)) return; // others are brought by their names
      kept = await withNetwork(kept, await readNetwork(kept.id));
      found.settings = settingsOf(kept);
    },
    bringBack: async (facts, of) => {
      try {
        const show = await restore(kept, await contentsOf(chosen), facts, of);
        isBack = true;
        return show;
      } catch (error) {
        if (error instanceof WorkerLostError) throw error;
        release();
        return () => {
          offer.value = { text: inWords(error), id: kept.id };
        };
      }
    },
    goOn: async () => {
      if (!isBack) return;
      bringBackRest(kept);
      if (kept.isTraining && kept.id === wasMine && !isOver(kept)) await resumeTraining(kept.step);
      else sayBack(kept.step);
    },
  };
  return found;
}

/** The run with the network from a file that it was of, which has another id on every page. */
async function withNetwork(kept: KeptRun, network: ImportedNetwork | null): Promise<KeptRun> {
  if (network === null) return kept;
  const { bringNetworkBack } = await import('../imported');
  const model = await bringNetworkBack(network);
  return { ...kept, log: { ...kept.log, begun: { ...kept.log.begun, model } } };
}

/** Goes on with a run in the place of the present one, which is saved before. */
export async function goOn(found: KeptRun, contents: Contents): Promise<void> {
  const kept = await withNetwork(found, contents.network);
  const isHere = await isOf(kept, data.peek().facts);
  const source = await sourceOf(kept.data.source);
  if (source === null && !isHere) {
    throw new Error(`Choose the files of ${kept.data.title} first: the browser has not kept them.`);
  }
  await request('pause', {});
  saver.saveNow();
  await saver.idle;
  await configure(await known(settingsOf(kept)));
  if (source !== null && !isHere) {
    await load(source, firstView.digit, (facts, of) => restore(kept, contents, facts, of));
    await restoreInput();
  } else batch(await restore(kept, contents, data.peek().facts, run.peek().facts!));
  bringBackRest(kept);
  sayBack(kept.step);
}

async function goOnWithStored(id: string): Promise<void> {
  const kept = (await readRuns()).runs.find((each) => each.id === id);
  if (kept === undefined) throw new Error('This run is not kept any more.');
  const release = await own(id);
  if (release === null) throw new Error('This run is open in another tab.');
  try {
    await goOn(kept, await contentsOf({ kept, release }));
  } catch (error) {
    release();
    throw error;
  }
}

/** With a run that is kept here. */
export const goOnWith = command(async (id: string) => {
  const found = heldRun(id);
  if (found === undefined) await goOnWithStored(id);
  else {
    await goOn(found.kept, { ...found, release: null });
    letGoOf([id]);
  }
});
