// SPDX-License-Identifier: MIT
//
// What is kept of runs between visits (IndexedDB): of each a record of what is known of it, its checkpoint, and its past. All of it is
// written in one transaction, so that it belongs together whenever the page ends.

import { createStore, delMany, get, getMany, keys, set, update } from 'idb-keyval';
import { schema, unlabelled, upToDate } from './schema';
import { timed } from './timed';
import type { UseStore } from 'idb-keyval';
import type { DroppedFile } from '../../shared/source-file';
import type { ImportedNetwork } from '../../shared/imported';
import type { Moment } from '../../shared/moments';
import type { Snapshot } from '../../shared/protocol';
import type { KeptRun, Label } from './schema';

let opened: UseStore | null = null;
const store = (): UseStore => (opened ??= createStore('tinycnn-runs', 'runs'));

const recordKey = (id: string): string => `run/${id}`;
const weightsKey = (id: string): string => `weights/${id}`;
const momentKey = (id: string, step: number): string => `moment/${id}/${step}`;
const checkpointKey = (id: string, step: number): string => `checkpoint/${id}/${step}`;
const networkKey = (id: string): string => `network/${id}`;
const labelKey = (id: string): string => `label/${id}`;
const filesKey = (hash: string): string => `files/${hash}`;

const isThere = <T>(value: T | undefined): value is T => value !== undefined;

/** A record that this version cannot read: it is left alone. */
export interface NewerRun {
  schema: number;
}

export interface KeptRuns {
  /** The newest first. Newer is what was saved later, whatever the clock said. */
  runs: KeptRun[];
  newer: NewerRun[];
}

/** What a run is called where it has no label. */
export type Labels = ReadonlyMap<string, Label>;

/** By the ids of their runs. */
export async function readLabels(): Promise<Labels> {
  const names = (await keys<string>(store())).filter((key) => key.startsWith(labelKey('')));
  const found = await getMany<Label | undefined>(names, store());
  return new Map(names.map((name, i) => [name.slice(labelKey('').length), found[i] ?? unlabelled]));
}

/** Changes of several tabs come one after another, and each leaves alone what it is not about. */
export const relabel = (id: string, change: Partial<Label>): Promise<void> =>
  update<Label>(labelKey(id), (before = unlabelled) => ({ ...before, ...change }), store());

export async function readRuns(): Promise<KeptRuns> {
  const names = (await keys<string>(store())).filter((key) => key.startsWith(recordKey('')));
  const records = (await getMany<{ schema: number } | undefined>(names, store())).filter(isThere);
  const runs = records.filter((each) => each.schema <= schema).map(upToDate);
  return { runs: runs.sort((a, b) => b.order - a.order), newer: records.filter((each) => each.schema > schema) };
}

/** Null where it is gone. */
export async function readWeights(id: string): Promise<Uint8Array | null> {
  const found: unknown = await get(weightsKey(id), store());
  return found instanceof Uint8Array ? found : null;
}

/** Of a run whose network came from a file; null for others. */
export const readNetwork = async (id: string): Promise<ImportedNetwork | null> =>
  (await get<ImportedNetwork>(networkKey(id), store())) ?? null;

export const writeNetwork = (id: string, network: ImportedNetwork): Promise<void> =>
  set(networkKey(id), network, store());

export interface Past {
  moments: readonly Moment[];
  checkpoints: readonly Snapshot[];
}

/** As far as it is there. */
export async function readPast({ id, moments, checkpoints }: KeptRun): Promise<Past> {
  const [noted, full] = await Promise.all([
    getMany<Moment | undefined>(
      moments.map((step) => momentKey(id, step)),
      store(),
    ),
    getMany<Snapshot | undefined>(
      checkpoints.map((step) => checkpointKey(id, step)),
      store(),
    ),
  ]);
  return { moments: noted.filter(isThere), checkpoints: full.filter(isThere) };
}

/** Rejects with why it was undone: a full storage is known only then. */
const ended = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => {
      resolve();
    };
    transaction.onabort = () => {
      reject(transaction.error ?? new Error('The browser has stopped storing.'));
    };
  });

/** `written`: what of its past is there already. */
export function write(record: KeptRun, weights: Uint8Array, past: Past, written: Past): Promise<void> {
  const { id } = record;
  return store()('readwrite', (runs) => {
    timed(() => {
      runs.put(record, recordKey(id));
      runs.put(weights, weightsKey(id));
      replace(runs, past.moments, written.moments, (step) => momentKey(id, step));
      replace(runs, past.checkpoints, written.checkpoints, (step) => checkpointKey(id, step));
    });
    return ended(runs.transaction);
  });
}

/** Adds the points that are new, and removes those that are gone. A point never changes, so the same object is the same point. */
function replace<Point extends { step: number }>(
  runs: IDBObjectStore,
  points: readonly Point[],
  written: readonly Point[],
  keyOf: (step: number) => string,
): void {
  const [now, before] = [new Set(points), new Set(written)];
  for (const point of written) if (!now.has(point)) runs.delete(keyOf(point.step));
  for (const point of points) if (!before.has(point)) runs.put(point, keyOf(point.step));
}

export async function remove(ids: readonly string[]): Promise<void> {
  const gone = new Set(ids);
  const all = await keys<string>(store());
  // the second part of every key of a run is its id
  const names = all.filter((key) => !key.startsWith(filesKey('')) && gone.has(key.split('/')[1]!));
  await delMany(names, store());
}

/** Whether the visitor's own files, of which these data came, are kept. */
export const hasFiles = async (hash: string): Promise<boolean> => (await keys(store())).includes(filesKey(hash));

/** The visitor's own files, as they were chosen, and what the data set is called that came of them. */
export interface KeptFiles {
  hash: string;
  title: string;
  files: readonly DroppedFile[];
}

/** Null where they are not kept. */
export async function readFiles(hash: string): Promise<readonly DroppedFile[] | null> {
  return (await get<KeptFiles>(filesKey(hash), store()))?.files ?? null;
}

export async function allFiles(): Promise<KeptFiles[]> {
  const names = (await keys<string>(store())).filter((key) => key.startsWith(filesKey('')));
  return (await getMany<KeptFiles | undefined>(names, store())).filter(isThere);
}

export const writeFiles = (kept: KeptFiles): Promise<void> => set(filesKey(kept.hash), kept, store());

export const removeFiles = (hashes: readonly string[]): Promise<void> => delMany(hashes.map(filesKey), store());

const textSize = (value: unknown): number => JSON.stringify(value).length;

/** About how many bytes a run takes: exact but for its record, which is counted as text. */
export const sizeOf = (record: KeptRun): number => record.bytes + textSize(record);
