// SPDX-License-Identifier: MIT
//
// What the panel of runs shows: the runs that there are, which of them are laid over each other, and which two stand side by side.

import { computed, signal } from '@preact/signals';
import { listRuns } from '../../client/kept/runs';
import { engine } from '../../state/store';
import { rowOf, sorted } from './rows';
import type { ListedRuns } from '../../client/kept/runs';
import type { Order, Row } from './rows';

export const listed = signal<ListedRuns | null>(null);
export const order = signal<Order>({ by: null, isDescending: false });
/** Whose details are open. */
export const opened = signal<string | null>(null);

export const rows = computed<readonly Row[]>(() => {
  const zoo = engine.value?.zoo ?? [];
  return sorted(listed.value?.runs.map((each) => rowOf(each, zoo)) ?? [], order.value);
});

export const rowWith = (id: string | null): Row | null => rows.value.find((row) => row.id === id) ?? null;

let asks = 0;

/** Reads what there is now. */
export async function refresh(): Promise<void> {
  const ask = ++asks;
  const found = await listRuns();
  if (ask === asks) listed.value = found;
}

/** Of the runs whose curves are drawn, each keeps its letter and colour until it is taken away. */
export const letters = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
const places = signal<readonly (string | null)[]>(letters.map(() => null));

export interface Overlaid {
  row: Row;
  letter: string;
  /** Design token. */
  color: string;
}

/** Those that are still there. */
export const overlaid = computed<readonly Overlaid[]>(() =>
  places.value.flatMap((id, i) => {
    const row = rowWith(id);
    return row === null ? [] : [{ row, letter: letters[i]!, color: `--run-${i + 1}` }];
  }),
);

export const overlaidAs = (id: string): Overlaid | null => overlaid.value.find(({ row }) => row.id === id) ?? null;

/** Whether there is room for one more. */
export const hasRoom = computed(() => overlaid.value.length < letters.length);

export function overlay(id: string, on: boolean): void {
  const there = new Set(rows.peek().map((row) => row.id));
  const kept = places.peek().map((each) => (each !== null && each !== id && there.has(each) ? each : null));
  const free = kept.indexOf(null);
  places.value = on && free >= 0 ? kept.with(free, id) : kept;
}

/** Which two stand side by side, as chosen; null: whichever fits. */
export const chosenSides = signal<readonly [string | null, string | null]>([null, null]);

/** The two, without choice those that are laid over each other, then the first ones of the table. */
export const sides = computed<readonly [Row | null, Row | null]>(() => {
  const offered = [...overlaid.value.map(({ row }) => row), ...rows.value];
  const [left, right] = chosenSides.value.map(rowWith);
  const first = left ?? offered.find(({ id }) => id !== right?.id) ?? null;
  return [first, right ?? offered.find(({ id }) => id !== first?.id) ?? null];
});
