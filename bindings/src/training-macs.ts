// SPDX-License-Identifier: MIT
// Multiply-adds of training, from a spec alone. Nominal: a faster algorithm (Winograd) needs fewer.

import { refuse, show } from './read.js';
import type { LayerSummary, ModelSummary } from './types.js';

function isSummary(layer: unknown): layer is LayerSummary {
  const { from, macs, parameters } = (layer ?? {}) as Partial<LayerSummary>;
  return Array.isArray(from) && typeof macs === 'number' && typeof parameters === 'number';
}

/**
 * Multiply-adds of one sample's training step: forward, gradient by the weights unless the layer is frozen, and gradient by the input,
 * which is not needed if no layer before it is trained. Layers without multiply-adds (pooling, normalisation, activations) and the
 * optimizer are not counted.
 */
export function trainingMacs(summary: ModelSummary): number {
  const layers: unknown = (summary as ModelSummary | undefined)?.layers;
  if (!Array.isArray(layers) || !layers.every(isSummary)) {
    refuse('invalid-spec', 'trainingMacs', 'what engine.describe gives of a spec', show(summary));
  }
  const wantsGradient = new Map([['input', false]]);
  let total = 0;
  for (const { name, from, parameters, macs, frozen = false } of layers) {
    const inputWantsGradient = from.some((each) => wantsGradient.get(each) ?? false);
    const trained = parameters > 0 && !frozen;
    total += macs * (1 + Number(trained) + Number(inputWantsGradient));
    wantsGradient.set(name, inputWantsGradient || trained);
  }
  return total;
}
