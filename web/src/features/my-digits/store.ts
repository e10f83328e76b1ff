// SPDX-License-Identifier: MIT
//
// The visitor's own digits, kept between visits (IndexedDB). Where the browser keeps nothing they last as long as the page, which then says so.

import { signal } from '@preact/signals';
import { createStore, get, set } from 'idb-keyval';
import type { UseStore } from 'idb-keyval';
import type { MyDigit } from './file';

const storageKey = 'mine';

export const myDigits = signal<readonly MyDigit[]>([]);
/** Why they will not be there the next time; null while they will. */
export const notKept = signal<string | null>(null);

let opened: UseStore | null = null;
const store = (): UseStore => (opened ??= createStore('tinycnn-digits', 'digits'));

let reading: Promise<void> | null = null;

/** Reads what was kept, once. */
export const ready = (): Promise<void> =>
  (reading ??= get<MyDigit[]>(storageKey, store()).then(
    (kept) => {
      if (Array.isArray(kept)) myDigits.value = kept;
    },
    () => undefined,
  ));

export async function change(next: (digits: readonly MyDigit[]) => readonly MyDigit[]): Promise<void> {
  await ready();
  myDigits.value = next(myDigits.value);
  try {
    await set(storageKey, myDigits.value, store());
    notKept.value = null;
  } catch {
    notKept.value = 'This browser does not let the page keep them: export them if you want them again.';
  }
}
