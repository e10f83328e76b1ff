// SPDX-License-Identifier: MIT
//
// Keeps data files between visits (IndexedDB). Storage may be full, denied or gone at any moment: reading then finds nothing, writing says
// why it did not happen, and nothing else changes.

import { createStore, delMany, getMany, setMany } from 'idb-keyval';
import { megabytes } from '../../shared/format';
import type { UseStore } from 'idb-keyval';

export interface KeptFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Left free for others: a browser that is filled to the brim throws everything of a site away. */
const spareShare = 0.1;

let opened: UseStore | null = null;
const store = (): UseStore => (opened ??= createStore('tinycnn', 'files'));

const isKeptFile = (value: unknown): value is KeptFile =>
  typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array;

/** The files under these keys, in their order, or null unless every one is there. */
export async function readKept(keys: readonly string[]): Promise<KeptFile[] | null> {
  try {
    const found: unknown[] = await getMany([...keys], store());
    return found.every(isKeptFile) ? found : null;
  } catch {
    return null;
  }
}

/** Why there is no room for so many bytes, or null where there is or the browser does not say. */
async function lackOfRoom(bytes: number): Promise<string | null> {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- undefined outside secure contexts, whatever lib.dom says
  const estimate = await navigator.storage?.estimate().catch(() => null);
  if (estimate?.quota === undefined || estimate.usage === undefined) return null;
  const left = Math.max(0, estimate.quota * (1 - spareShare) - estimate.usage);
  if (bytes <= left) return null;
  return `the browser has room for ${megabytes(left)} more data of this site, but ${megabytes(bytes)} are needed`;
}

const isFull = (error: unknown): boolean => error instanceof DOMException && error.name === 'QuotaExceededError';

/** Keeps all files or none. Null when they are kept, else why not. */
export async function keep(entries: readonly (readonly [string, KeptFile])[]): Promise<string | null> {
  try {
    const bytes = entries.reduce((sum, [, file]) => sum + file.bytes.length, 0);
    const lack = await lackOfRoom(bytes);
    if (lack !== null) return lack;
    await setMany(
      entries.map(([key, file]) => [key, file] as [IDBValidKey, KeptFile]),
      store(),
    );
    return null;
  } catch (error) {
    return isFull(error) ? "the browser's storage is full" : 'the browser does not allow this page to store data';
  }
}

export async function forget(keys: readonly string[]): Promise<void> {
  try {
    await delMany([...keys], store());
  } catch {
    // Storage that cannot be opened keeps nothing to forget.
  }
}
