// SPDX-License-Identifier: MIT
//
// Which layers of a changed network can keep the weights of the one before: those of the same name and shape. Pure.

import type { LayerSpec, LayerSummary } from 'tinycnn';

/** A layer of a network, and what follows from the whole. */
export interface Known {
  spec: LayerSpec;
  summary: LayerSummary;
}

const size = (value: unknown): unknown => (typeof value === 'number' ? [value, value] : value);

/** What decides on the shapes of its weights besides their number. */
function shapeOf({ spec, summary }: Known): string {
  const { type, parameters } = summary;
  const { outChannels, outFeatures, kernelSize, groups = 1, bias = true } = spec as unknown as Record<string, unknown>;
  const isLearned = type === 'conv2d' || type === 'linear';
  // the number of outputs comes from the summary: the last layer has as many as the data have classes
  return JSON.stringify([
    ...[type, parameters, summary.shape[0]],
    ...(isLearned ? [size(kernelSize), groups, bias, outChannels === undefined, outFeatures === undefined] : []),
  ]);
}

/** The names of the layers with weights that can be kept. */
export function keptLayers(now: readonly Known[], before: readonly Known[]): string[] {
  return now
    .filter(({ summary }) => summary.parameters > 0)
    .filter((layer) => {
      const old = before.find(({ spec }) => spec.name === layer.spec.name);
      return old !== undefined && shapeOf(old) === shapeOf(layer);
    })
    .map(({ spec }) => spec.name);
}

/** Layers of a spec with what is known of them. */
export const knownLayers = (layers: readonly LayerSpec[], described: readonly LayerSummary[]): Known[] =>
  described.map((summary, i) => ({ spec: layers[i]!, summary }));
