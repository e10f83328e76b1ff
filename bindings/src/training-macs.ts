// SPDX-License-Identifier: MIT
// What training costs, from a spec's multiply-adds alone. Nominal: a faster algorithm (Winograd) does fewer, and is then faster than
// this figure allows.

import type { ModelSummary } from './types.js';

/**
 * Multiply-adds of one sample's training step: forward, gradient by the weights unless the layer is frozen, and gradient by the input,
 * which is not needed where nothing before a layer is trained. Layers without multiply-adds (pooling, normalisation, activations) and the
 * optimizer count nothing.
 */
export function trainingMacs({ layers }: ModelSummary): number {
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
