// SPDX-License-Identifier: MIT
//
// The runs that are kept, as things that are named, compared, gone on with and deleted: those that the browser stores, those that it would not,
// and the present one as it stands.

import { imageSize } from '../../shared/dataset';
import { grouped } from '../../shared/format';
import { changedRecipe } from '../../shared/recipe-changes';
import { recipeOf } from '../../shared/recipes';
import { areDigits } from '../../shared/published-datasets';
import { isImported, isOwn } from '../../shared/imported';
import { engine, runNote } from '../../state/store';
import { command } from '../command';
import { request } from '../connection';
import { filesWorker } from '../files';
import { adjustLearningRate } from '../learning-rate';
import { restorePoint } from '../restore-point';
import { EndedError } from '../side-worker';
import { captured } from './capture';
import { held, heldRun, letGoOf, relabelHeld } from './held';
import { owned } from './ownership';
import { presentData } from './present-data';
import { readLabels, readNetwork, readPast, readRuns, readWeights, relabel, remove, sizeOf } from './records';
import { goOn } from './restore';
import { fileOf } from './run-in-file';
import { measured, saver } from './saver';
import { unlabelled } from './schema';
import { tellTabs } from './tabs';
import type { SeenNetwork } from '../../shared/protocol-files';
import type { Unplaced } from './capture';
import type { KeptContents } from './restore';
import type { KeptRun, Label } from './schema';

export interface ListedRun {
  run: KeptRun;
  label: Label;
  bytes: number;
  /** Where it is open: in this tab, in another one, or nowhere. `held`: the browser would not store it, and it is gone with the page. */
  place: 'here' | 'elsewhere' | 'closed' | 'held';
}

/** What the present run is called while nothing of it is stored. */
export const presentId = 'present';

/** As they are stored, the newest first. Rejects where the browser lets the page store nothing. */
export async function storedRuns(): Promise<ListedRun[]> {
  const [{ runs }, labels, inUse] = await Promise.all([readRuns(), readLabels(), owned()]);
  return runs.map((run) => ({
    ...{ run, label: labels.get(run.id) ?? unlabelled, bytes: sizeOf(run) },
    place: run.id === saver.id ? 'here' : inUse.has(run.id) ? 'elsewhere' : 'closed',
  }));
}

/** The present run up to its last snapshot; null before its first step. */
async function presentRun(): Promise<KeptContents | null> {
  const from = await presentData();
  const now = captured();
  if (from === null || now === null) return null;
  const { record, weights, past } = now;
  const kept = measured({ ...record, id: saver.id ?? presentId, order: 0, data: from }, weights, past);
  const network = restorePoint.networks.find(({ entry }) => entry.id === record.log.begun.model) ?? null;
  return { kept, weights, past, network };
}

export interface ListedRuns {
  /** The present one first, then the newest. */
  runs: readonly ListedRun[];
  /** Whether the browser lets the page store nothing. */
  isRefused: boolean;
}

export async function listRuns(): Promise<ListedRuns> {
  const present = await presentRun();
  const stored = await storedRuns().catch(() => null);
  const here = stored?.find(({ place }) => place === 'here');
  const now: ListedRun[] =
    present === null
      ? []
      : [{ run: present.kept, label: here?.label ?? unlabelled, bytes: sizeOf(present.kept), place: 'here' }];
  const unstored = held.value.map(({ kept, label }): ListedRun => ({
    ...{ run: kept, label, bytes: sizeOf(kept), place: 'held' },
  }));
  const others = (stored ?? []).filter(({ place }) => place !== 'here' || present === null);
  return { runs: [...now, ...unstored, ...others], isRefused: stored === null };
}

/** All of a run, whoever has it. Throws a sentence where it is gone. */
async function contentsOf(id: string): Promise<KeptContents> {
  const unstored = heldRun(id);
  if (unstored !== undefined) return unstored;
  const present = id === presentId || id === saver.id ? await presentRun() : null;
  if (present !== null) return present;
  const kept = (await readRuns()).runs.find((each) => each.id === id);
  const weights = kept === undefined ? null : await readWeights(id);
  if (kept === undefined || weights === null) throw new Error('This run is not kept any more.');
  return { kept, weights, past: await readPast(kept), network: await readNetwork(id) };
}

/** What a record says of where it is kept, which is nothing of a file's. */
const ofPlace: ReadonlySet<string> = new Set(['id', 'order', 'bytes', 'data', 'moments', 'checkpoints']);

/** As a file, with its history. */
export async function fileOfRun(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const { kept, weights, past, network } = await contentsOf(id);
  const known = Object.entries(kept).filter(([name]) => !ofPlace.has(name));
  return fileOf({ record: Object.fromEntries(known) as unknown as Unplaced, weights, past }, kept.data, network);
}

const changeLabel = command(async (id: string, change: Partial<Label>) => {
  if (heldRun(id) !== undefined) relabelHeld(id, change);
  else await relabel(id, change);
  tellTabs();
});

/** An empty name is none. */
export const rename = (id: string, name: string): Promise<void> =>
  changeLabel(id, { name: name.trim() === '' ? null : name.trim() });

export const pin = (id: string, isPinned: boolean): Promise<void> => changeLabel(id, { isPinned });

export async function deleteRuns(ids: readonly string[]): Promise<void> {
  if (saver.id !== null && ids.includes(saver.id)) saver.forget();
  await saver.idle;
  letGoOf(ids);
  await remove(ids);
}

export const deleteRun = command(async (id: string) => {
  if (heldRun(id) === undefined) await deleteRuns([id]);
  else letGoOf([id]);
  tellTabs();
});

/** A new run from the last step of this one, which stays; `learningRate` from there on, null: as it is. */
export const branch = command(async (id: string, learningRate: number | null) => {
  if (id === presentId || id === saver.id) await request('pause', {});
  const { kept, ...contents } = await contentsOf(id);
  // another object is another run
  const log = { ...kept.log, begun: { ...kept.log.begun } };
  await goOn({ ...kept, log, aim: null }, { ...contents, release: null });
  if (learningRate !== null) await adjustLearningRate(learningRate);
  runNote.value = `A new run from step ${grouped(kept.step)}. The run before it is kept.`;
});

let eyes: ReturnType<typeof filesWorker> | null = null;

/** Of the runs that were asked last: a drawing asks again at every stroke. */
let checkpoints: readonly { key: string; weights: Uint8Array }[] = [];
const maxCheckpoints = 3;

async function checkpointOf({ id, step }: Pick<KeptRun, 'id' | 'step'>): Promise<Uint8Array> {
  const key = `${id} ${step}`;
  const known = checkpoints.find((each) => each.key === key);
  if (known !== undefined) return known.weights;
  const { weights } = await contentsOf(id);
  checkpoints = [{ key, weights }, ...checkpoints].slice(0, maxCheckpoints);
  return weights;
}

/** What the run's network makes of an image, by an engine beside the one that trains. */
export async function seenBy(of: Pick<KeptRun, 'id' | 'step'>, pixels: Uint8Array): Promise<SeenNetwork> {
  const mine = (eyes ??= filesWorker());
  const checkpoint = await checkpointOf(of);
  if (eyes !== mine) throw new EndedError();
  return mine.request('see', { checkpoint, pixels });
}

/** No network is asked any more. */
export function endSeeing(): void {
  eyes?.end();
  eyes = null;
  checkpoints = [];
}

/** A new run of a network that begins with the weights of this run, by any settings. */
export const beginFrom = command(async (id: string, title: string) => {
  const { kept } = await contentsOf(id);
  const { begun } = kept.log;
  const { spec, summary, insides } = await seenBy(kept, new Uint8Array(imageSize));
  const entry = engine.value?.zoo.find((each) => each.id === begun.model);
  const fallback = engine.value!.zoo[0]!;
  const isOfDigits = areDigits(kept.data.classes);
  const { normalize, loss } = changedRecipe(
    recipeOf(entry ?? fallback, begun.recipe, isOfDigits),
    begun.changes,
    isOfDigits,
  );
  const row = entry === undefined || isImported(entry.id) || isOwn(entry.id) ? null : entry.id;
  const { useNetwork } = await import('../imported');
  await useNetwork({ spec, summary, weights: insides.tensors, normalize, loss, row }, title);
});
