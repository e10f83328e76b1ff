// SPDX-License-Identifier: MIT
//
// Runs that were replaced by others and that the browser would not store: they are there until the page is left, as many as have room.

import { signal } from '@preact/signals';
import type { ImportedNetwork } from '../../shared/imported';
import type { Past } from './records';
import type { KeptRun, Label } from './schema';

export interface HeldRun {
  kept: KeptRun;
  label: Label;
  weights: Uint8Array;
  past: Past;
  network: ImportedNetwork | null;
}

const maxRuns = 5;
const maxBytes = 60_000_000;

/** The newest first. */
export const held = signal<readonly HeldRun[]>([]);

export function hold(run: HeldRun): void {
  let bytes = 0;
  held.value = [run, ...held.value].slice(0, maxRuns).filter((each, i) => {
    bytes += each.kept.bytes;
    return i === 0 || bytes <= maxBytes;
  });
}

export const heldRun = (id: string): HeldRun | undefined => held.peek().find(({ kept }) => kept.id === id);

export function letGoOf(ids: readonly string[]): void {
  held.value = held.value.filter(({ kept }) => !ids.includes(kept.id));
}

export function relabelHeld(id: string, change: Partial<Label>): void {
  held.value = held.value.map((each) =>
    each.kept.id === id ? { ...each, label: { ...each.label, ...change } } : each,
  );
}
