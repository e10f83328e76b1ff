// SPDX-License-Identifier: MIT
//
// How weights and gradients were spread at moments of the run: one series for each layer and kind. Another run begins anew.

import { readDistributions } from '../../client/inspection';
import { batch, computed, signal } from '@preact/signals';
import { noMoments, withMoment } from './moments';
import { runFacts } from '../../state/store';
import { reachAfter } from './reach';
import type { Distributions, Histogram, Seen } from '../../shared/protocol-insight';
import type { RunFacts } from '../../shared/protocol';
import type { Moments } from './moments';

export type Kind = 'weights' | 'gradients';
export const kinds: readonly Kind[] = ['weights', 'gradients'];

/** Everything at one moment. */
type Spread = Distributions['layers'];

const series = signal<{ facts: RunFacts | null; moments: Moments<Spread> }>({ facts: null, moments: noMoments });

/** Of the present run. */
export const moments = computed(() => (series.value.facts === runFacts.value ? series.value.moments : noMoments));
/** Training images whose loss the gradients are of. */
export const images = signal(0);
/** The moment under the pointer, or where the arrow keys have come to. */
export const cursor = signal<number | null>(null);
/** Whether it is measured also while it is out of sight. */
export const keeps = signal(false);
/** Whether all layers' axes reach equally far. */
export const alike = signal(false);

export const layers = computed(() => (moments.value.all.at(-1)?.value ?? []).map(({ name }) => name));

/** One layer's, where it had any. */
export function momentsOf(layer: string, kind: Kind): Moments<Histogram> {
  const { spacing, all } = moments.value;
  const found = all.flatMap(({ step, value }) => {
    const histogram = value.find(({ name }) => name === layer)?.[kind] ?? null;
    return histogram === null ? [] : [{ step, value: histogram }];
  });
  return { spacing, all: found };
}

const reaches = new Map<string, number>();

function reachOf(layer: string, kind: Kind): number {
  const most = momentsOf(layer, kind).all.reduce((all, { value }) => Math.max(all, value.reach), 0);
  const reach = reachAfter(reaches.get(`${layer}/${kind}`), most);
  reaches.set(`${layer}/${kind}`, reach);
  return reach;
}

/** How far the axis of a layer reaches. */
export const axisReach = (layer: string, kind: Kind): number =>
  alike.value ? Math.max(...layers.value.map((name) => reachOf(name, kind))) : reachOf(layer, kind);

export const wanted = (): unknown => null;

export async function ask(): Promise<Seen | null> {
  const facts = runFacts.peek();
  const seen = await readDistributions({});
  if (seen === null || facts !== runFacts.peek()) return null;
  const goesOn = series.peek().facts === facts;
  if (!goesOn) reaches.clear();
  batch(() => {
    if (!goesOn) cursor.value = null;
    images.value = seen.images;
    series.value = { facts, moments: withMoment(goesOn ? series.peek().moments : noMoments, seen.step, seen.layers) };
  });
  return seen;
}
