// SPDX-License-Identifier: MIT
//
// Which layer's weights are shown, and what they last were.

import { readKernels } from '../../client/inspection';
import { batch, computed, signal } from '@preact/signals';
import { inside } from '../../state/inside-view';
import { greatest } from '../../state/scale';
import { engine, runFacts } from '../../state/store';
import { chooseInside } from './choose-inside';
import { isNormalization, weightedLayers } from '../../state/layer-weights';
import { reachAfter } from './reach';
import type { LayerWeights, Seen } from '../../shared/protocol-insight';

/** Pictures at once: enough to compare, few enough to be drawn twice a second. */
const maxPictures = 512;
const maxTiles = 32;

const page = signal(0);

export const layers = computed(() => {
  const facts = runFacts.value;
  const spec = engine.value?.zoo.find(({ id }) => id === facts?.model)?.spec;
  return facts === null || spec === undefined ? [] : weightedLayers(facts.summary.layers, spec.input);
});

/** The chosen one, where this network has it. */
export const layer = computed(
  () => layers.value.find(({ name }) => name === inside.value.weights) ?? layers.value[0] ?? null,
);

const channels = computed(() => {
  const facts = runFacts.value?.summary.layers.find(({ name }) => name === layer.value?.name);
  return facts?.type === 'conv2d' || (layer.value?.reads[1] ?? 1) > 1 ? layer.value!.reads[0] : 1;
});

/** Filters or units of which the pictures are shown together. */
export const atOnce = computed(() => {
  if (layer.value !== null && isNormalization(layer.value)) return Infinity;
  return Math.max(1, Math.min(maxTiles, 2 ** Math.floor(Math.log2(maxPictures / channels.value))));
});

const weights = signal<{ model: string; seen: LayerWeights } | null>(null);

/** What they last were, if that was in this network. */
export const shown = computed(() => {
  const [at, last] = [layer.value, weights.value];
  return at === null || last?.model !== runFacts.value?.model || last?.seen.layer !== at.name
    ? null
    : { layer: at, seen: last.seen };
});
/** The value that gets the full colour. */
export const reach = signal(1);

export const choose = (name: string): void => {
  batch(() => {
    chooseInside('weights', name === layers.value[0]?.name ? null : name);
    page.value = 0;
  });
};

/** Filters or units of the layer; another network may have fewer. */
const total = computed(
  () => runFacts.value?.summary.layers.find(({ name }) => name === layer.value?.name)?.shape[0] ?? 0,
);

export const first = computed(() => {
  if (!Number.isFinite(atOnce.value)) return 0;
  const last = Math.max(0, Math.ceil(total.value / atOnce.value) - 1);
  return Math.min(page.value, last) * atOnce.value;
});

export const turn = (pages: number): void => {
  page.value = Math.max(0, first.value / atOnce.value + pages);
};

/** What is requested. */
export const wanted = (): unknown => [layer.value, first.value, atOnce.value];

export async function ask(): Promise<Seen | null> {
  const [at, model] = [layer.peek(), runFacts.peek()?.model];
  if (at === null || model === undefined) return null;
  const count = Math.min(atOnce.peek(), Number.MAX_SAFE_INTEGER);
  const seen = await readKernels({ layer: at.name, first: first.peek(), count });
  if (seen === null || at !== layer.peek() || seen.first !== first.peek()) return null;
  const last = shown.peek()?.seen;
  const goesOn = last !== undefined && last.step <= seen.step;
  const shifts = isNormalization(at) && seen.bias !== null ? greatest(seen.bias) : 0;
  batch(() => {
    weights.value = { model, seen };
    reach.value = reachAfter(goesOn ? reach.peek() : undefined, Math.max(seen.strong, shifts));
  });
  return seen;
}
