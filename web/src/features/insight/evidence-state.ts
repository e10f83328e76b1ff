// SPDX-License-Identifier: MIT
//
// What of the digit at hand speaks for a class: which class, how large the covered patch is, and what the worker last said.

import { readOcclusion, readSaliency } from '../../client/inspection';
import { computed, signal } from '@preact/signals';
import { inside, patches } from '../../state/inside-view';
import { atHand, runFacts } from '../../state/store';
import { reachAfter } from './reach';
import type { Occlusion, Saliency, Seen } from '../../shared/protocol-insight';

/** Null: the one that it reads. */
export const label = computed(() => (inside.value.class === undefined ? null : Number(inside.value.class)));
export const patch = computed(() => Number(inside.value.patch ?? patches[1]));
/** The pixel under the pointer, or where the arrow keys have come to. */
export const cursor = signal<number | null>(null);

export const saliency = signal<Saliency | null>(null);
export const occlusion = signal<Occlusion | null>(null);
export const saliencyReach = signal(1);
export const occlusionReach = signal(1);

const pixels = computed(() => (atHand.value.kind === 'none' ? null : atHand.value.pixels));
export const hasDigit = computed(() => pixels.value !== null);

export const wantedSaliency = (): unknown => [pixels.value, label.value];
export const wantedOcclusion = (): unknown => [pixels.value, label.value, patch.value];

const most = (values: Float32Array): number => values.reduce((all, value) => Math.max(all, Math.abs(value)), 0);

export async function askSaliency(): Promise<Seen | null> {
  if (pixels.peek() === null) return null;
  const seen = await readSaliency({ label: label.peek() });
  if (seen === null || pixels.peek() === null) return null;
  saliencyReach.value = reachAfter(saliencyReach.peek(), most(seen.values));
  saliency.value = seen;
  return seen;
}

/** Where a whole map took longer than this, coarser ones come before it. */
const quick = 150;
const coarse = 4;
/** Milliseconds for a whole map, in the network that was asked last. */
let cost: { model: string | undefined; map: number } = { model: undefined, map: quick };
let asks = 0;

/** A quick network is asked once, a slow one for ever finer maps. */
function strides(): number[] {
  const known = cost.model === runFacts.peek()?.model ? cost.map : quick;
  return known < quick ? [1] : [coarse, 2, 1];
}

export async function askOcclusion(): Promise<Seen | null> {
  const mine = ++asks;
  let milliseconds = 0;
  for (const stride of strides()) {
    if (pixels.peek() === null) return null;
    const seen = await readOcclusion({ label: label.peek(), patch: { size: patch.peek(), stride } });
    if (seen === null || mine !== asks || pixels.peek() === null) return null;
    milliseconds += seen.milliseconds;
    cost = { model: runFacts.peek()?.model, map: seen.milliseconds * stride ** 2 };
    if (!isFinerOfSame(occlusion.peek(), seen)) show(seen);
    if (stride === 1) return { ...seen, milliseconds };
  }
  return null;
}

/** Of the probability: smaller falls stay pale. */
const minReach = 0.01;

function show(seen: Occlusion): void {
  occlusionReach.value = reachAfter(occlusionReach.peek(), Math.max(minReach, most(seen.values)));
  occlusion.value = seen;
}

/** A coarse map does not take the place of a finer one that is a little older. */
const isFinerOfSame = (before: Occlusion | null, seen: Occlusion): boolean =>
  before !== null &&
  before.label === seen.label &&
  before.patch.size === seen.patch.size &&
  before.patch.stride < seen.patch.stride &&
  before.pixels.every((ink, i) => ink === seen.pixels[i]);
