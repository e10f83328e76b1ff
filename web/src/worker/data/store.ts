// SPDX-License-Identifier: MIT
//
// Keeps data files between visits (IndexedDB). Storage may be full, denied or gone at any moment: reading then finds nothing, writing says
// why it did not happen, and nothing else changes.

import { createStore, delMany, getMany, setMany } from 'idb-keyval';
import { isFull, lackOfRoom } from '../../shared/room';
import type { UseStore } from 'idb-keyval';

export interface KeptFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

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
