// SPDX-License-Identifier: MIT
//
// All that this browser keeps of the page, to be looked through, gone on with and deleted.

import { clear, createStore, delMany, keys } from 'idb-keyval';
import { publishedDatasets } from '../../shared/published-datasets';
import { lackOfRoom } from '../../shared/room';
import { data } from '../../state/store';
import { command } from '../command';
import { myDigits, ready, removeAll } from '../own-digits';
import { restorePoint } from '../restore-point';
import { presentData } from './present-data';
import { allFiles, removeFiles, writeFiles } from './records';
import { deleteRuns, storedRuns } from './runs';
import { saver } from './saver';
import { tellTabs } from './tabs';
import type { ListedRun } from './runs';

export interface ListedData {
  /** Of a published data set, or the hash of the visitor's own. */
  id: string;
  title: string;
  bytes: number;
  isOwn: boolean;
}

export interface Contents {
  runs: readonly ListedRun[];
  data: readonly ListedData[];
  digits: number;
  /** Whether the browser has promised not to delete it by itself. */
  isSafe: boolean;
}

/** Where the worker keeps what it has downloaded. */
const downloads = () => createStore('tinycnn', 'files');

async function listData(): Promise<ListedData[]> {
  const [kept, own] = await Promise.all([keys<string>(downloads()), allFiles()]);
  const published = publishedDatasets.filter(({ id }) => kept.some((key) => key.startsWith(`${id}/`)));
  return [
    ...published.map(({ id, title, files }) => ({
      ...{ id, title, isOwn: false },
      bytes: files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0),
    })),
    ...own.map(({ hash, title, files }) => ({
      ...{ id: hash, title, isOwn: true },
      bytes: files.reduce((sum, { file }) => sum + (file?.size ?? 0), 0),
    })),
  ];
}

/** Rejects where the browser lets the page store nothing. */
export async function list(): Promise<Contents> {
  const [runs, data] = await Promise.all([storedRuns(), listData(), ready()]);
  const { storage } = navigator as Partial<Navigator>; // in secure contexts only
  const isSafe = (await storage?.persisted().catch(() => false)) ?? false;
  return { runs, data, digits: myDigits.value.length, isSafe };
}

export const deleteData = command(async ({ id, isOwn }: Pick<ListedData, 'id' | 'isOwn'>) => {
  if (isOwn) await removeFiles([id]);
  else await clearDownloads(id);
  tellTabs();
});

async function clearDownloads(id: string): Promise<void> {
  const store = downloads();
  const all = await keys<string>(store);
  await delMany(
    all.filter((key) => key.startsWith(`${id}/`)),
    store,
  );
}

/** But for the runs that other tabs have. */
export const deleteAll = command(async () => {
  const runs = (await storedRuns()).filter(({ place }) => place !== 'elsewhere');
  await deleteRuns(runs.map(({ run }) => run.id));
  await removeFiles((await allFiles()).map(({ hash }) => hash));
  await Promise.all([clear(downloads()), removeAll()]);
  tellTabs();
});

/** Keeps the files that the present data came from, so that the run on them goes on after a reload. */
export const keepFiles = command(async () => {
  const { source } = restorePoint;
  const now = await presentData();
  if (source.kind !== 'files' || now?.source.kind !== 'files') return;
  const lack = await lackOfRoom(source.files.reduce((sum, { file }) => sum + (file?.size ?? 0), 0));
  if (lack !== null) throw new Error(`Your files cannot be kept: ${lack}.`);
  await writeFiles({ hash: now.source.hash, title: data.value.facts!.title, files: source.files });
  saver.saveNow();
  tellTabs();
});
