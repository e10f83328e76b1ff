// SPDX-License-Identifier: MIT
//
// What the article says of the network on the page, from its own spec and recipe: no figure in the text is written by hand.

import { computed } from '@preact/signals';
import { functionOf } from '../../math/functions';
import { optimizerTitles } from '../../shared/optimizer-titles';
import { engine, recipe, runFacts } from '../../state/store';
import type { LayerSpec, LayerSummary } from 'tinycnn';
import type { ActivationFunction } from '../../math/functions';

export interface Network {
  title: string;
  parameters: number;
  macs: number;
  specs: readonly LayerSpec[];
  layers: readonly LayerSummary[];
}

export const network = computed<Network | null>(() => {
  const facts = runFacts.value;
  const entry = engine.value?.zoo.find(({ id }) => id === facts?.model);
  if (facts === null || entry === undefined) return null;
  const { parameters, macs, layers } = facts.summary;
  return { title: entry.title, parameters, macs, layers, specs: entry.spec.layers };
});

const firstWhere = (is: (layer: LayerSummary) => boolean) => computed(() => network.value?.layers.find(is) ?? null);

export const convolution = firstWhere(({ type }) => type === 'conv2d');
export const pooling = firstWhere(({ type }) => type === 'maxPool2d' || type === 'avgPool2d');
export const dense = computed(() => network.value?.layers.findLast(({ type }) => type === 'linear') ?? null);

/** Of all layers of a kind together. */
export const parametersOf = (type: LayerSummary['type']): number =>
  (network.value?.layers ?? []).reduce((all, layer) => all + (layer.type === type ? layer.parameters : 0), 0);

export const specOf = (name: string): LayerSpec | undefined => network.value?.specs.find((each) => each.name === name);

/** The first layer that bends, and how. */
export const activation = computed<{ name: string; type: string; bend: ActivationFunction } | null>(() => {
  for (const spec of network.value?.specs ?? []) {
    const bend = functionOf(spec);
    if (bend !== null) return { name: spec.name, type: spec.type, bend };
  }
  return null;
});

/** "3×5" or "5×5". */
export function kernelText(spec: LayerSpec | undefined): string {
  if (spec === undefined || !('kernelSize' in spec)) return '';
  const { kernelSize } = spec;
  const [height, width] = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
  return `${height}×${width}`;
}

export const optimizerName = (): string => optimizerTitles[recipe.value?.optimizer.type ?? 'sgd'];

/** Whether it learns by the answers' squared error and not by their probabilities. */
export const learnsBySquares = (): boolean => recipe.value?.loss.type === 'mse';
