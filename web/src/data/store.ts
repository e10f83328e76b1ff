// SPDX-License-Identifier: MIT
//
// Keeps data files between visits (IndexedDB). Storage may be full, denied or gone at any moment: reading then finds nothing and
// writing says false, and nothing else changes.

import { createStore, delMany, getMany, setMany } from 'idb-keyval';
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

/** Keeps all files or none; false when the browser does not let us. */
export async function keep(entries: readonly (readonly [string, KeptFile])[]): Promise<boolean> {
  try {
    await setMany(
      entries.map(([key, file]) => [key, file] as [IDBValidKey, KeptFile]),
      store(),
    );
    return true;
  } catch {
    return false;
  }
}

export async function forget(keys: readonly string[]): Promise<void> {
  try {
    await delMany([...keys], store());
  } catch {
    // Storage that cannot be opened keeps nothing to forget.
  }
}
