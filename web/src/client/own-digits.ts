// SPDX-License-Identifier: MIT
//
// The visitor's own digits, kept between visits (IndexedDB). Every change is one transaction on what is stored, so that two tabs lose
// nothing of each other's, and the other tabs are told. What the browser does not keep lasts as long as the page, which then says so.

import { computed, signal } from '@preact/signals';
import { createStore, get, update } from 'idb-keyval';
import type { UseStore } from 'idb-keyval';
import type { MyDigit } from '../shared/own-digit';

/** Told apart by what no two have in common, in whichever tab they were added. */
export interface KeptDigit extends MyDigit {
  id: string;
}

const key = 'mine';

const stored = signal<readonly KeptDigit[]>([]);
/** Added here, but not kept by the browser. */
const unstored = signal<readonly KeptDigit[]>([]);

export const myDigits = computed(() => [...stored.value, ...unstored.value]);
/** Why they will not be there the next time; null while they will. */
export const notKept = computed(() =>
  unstored.value.length === 0
    ? null
    : 'This browser does not let the page store them. Use Export to save them as a file.',
);

let opened: UseStore | null = null;
const store = (): UseStore => (opened ??= createStore('tinycnn-digits', 'digits'));

let ids = 0;
const newId = (): string => `${Date.now()}-${Math.random()}-${++ids}`;

/** As they are in the store; those of older versions have no ids. */
const withIds = (kept: unknown): KeptDigit[] =>
  Array.isArray(kept) ? kept.map((digit: MyDigit & { id?: string }) => ({ ...digit, id: digit.id ?? newId() })) : [];

/** Tells the other tabs that something has changed, and is told. */
const others = new BroadcastChannel('tinycnn-digits');

async function read(): Promise<void> {
  const kept: unknown = await get(key, store());
  const digits = withIds(kept);
  if (digits.some(({ id }, i) => (kept as KeptDigit[])[i]!.id !== id)) await change((all) => all);
  else stored.value = digits;
}

/** One transaction. */
async function change(next: (digits: readonly KeptDigit[]) => readonly KeptDigit[]): Promise<void> {
  let changed: readonly KeptDigit[] = [];
  await update<readonly KeptDigit[]>(key, (kept) => (changed = next(withIds(kept))), store());
  stored.value = changed;
  others.postMessage('changed');
}

let reading: Promise<void> | null = null;

/** Reads what was kept, once; from then on it follows what other tabs do. */
export const ready = (): Promise<void> => (reading ??= follow());

function follow(): Promise<void> {
  const look = (): Promise<void> => read().catch(() => undefined);
  others.onmessage = look;
  return look();
}

export async function add(digits: readonly MyDigit[]): Promise<void> {
  await ready();
  const added = digits.map((digit) => ({ ...digit, id: newId() }));
  const waiting = [...unstored.value, ...added];
  try {
    await change((kept) => [...kept, ...waiting]);
    unstored.value = [];
  } catch {
    unstored.value = waiting;
  }
}

export async function remove(id: string): Promise<void> {
  await ready();
  const without = (digits: readonly KeptDigit[]): KeptDigit[] => digits.filter((digit) => digit.id !== id);
  unstored.value = without(unstored.value);
  try {
    await change(without);
  } catch {
    stored.value = without(stored.value);
  }
}

/** Of all of them, also for the tabs that are open. */
export async function removeAll(): Promise<void> {
  await ready();
  unstored.value = [];
  await change(() => []);
}
