// SPDX-License-Identifier: MIT
// A network for another number of classes than it was made for: its last layer with outputs of its own gives as many.

import type { LayerSpec, ModelSpec } from './types.js';

const kMostClasses = 256;

/** These pass on as many values as they get. */
const kKeepsClasses: ReadonlySet<LayerSpec['type']> = new Set([
  ...(['relu', 'leakyReLU', 'sigmoid', 'tanh', 'silu', 'gelu', 'softmax', 'logSoftmax'] as const),
  ...(['batchNorm1d', 'batchNorm2d', 'dropout', 'dropout2d'] as const),
  ...(['maxPool2d', 'avgPool2d', 'globalAvgPool2d', 'flatten'] as const),
]);

function withOutputs(layer: LayerSpec, outputs: number): LayerSpec | undefined {
  if (layer.type === 'linear') return layer.outFeatures === outputs ? layer : { ...layer, outFeatures: outputs };
  if (layer.type === 'conv2d') return layer.outChannels === outputs ? layer : { ...layer, outChannels: outputs };
  return undefined;
}

/**
 * The spec with `classes` (1 to 256) outputs in its last linear or convolutional layer, all else as it was; a spec that has as many
 * already comes back itself. Throws where that layer is followed by anything but activations, normalisation, dropout and pooling: what
 * the classes are then is for the spec to say.
 */
export function withClasses(spec: ModelSpec, classes: number): ModelSpec {
  if (!Number.isInteger(classes) || classes < 1 || classes > kMostClasses) {
    throw new Error(`[classes] expected a whole number from 1 to ${kMostClasses}, got ${classes}`);
  }
  const layers = [...spec.layers];
  let last = layers.length - 1;
  while (last >= 0 && kKeepsClasses.has(layers[last]!.type)) --last;
  const found = layers[last];
  const changed = found && withOutputs(found, classes);
  if (!changed) {
    const end = found === undefined ? 'none' : `'${found.name}' (${found.type}) after it`;
    throw new Error(`[classes] expected a linear or conv2d layer at the end of '${spec.name}', got ${end}`);
  }
  if (changed === found) return spec;
  layers[last] = changed;
  return { ...spec, layers };
}

/** Checks names of classes: at least one, each a text that is not empty. Returns a copy. */
export function checkedClassNames(names: readonly string[]): string[] {
  if (names.length < 1 || names.length > kMostClasses) {
    throw new Error(`[classNames] expected 1 to ${kMostClasses} names, got ${names.length}`);
  }
  const wrong = names.findIndex((name) => typeof name !== 'string' || name === '');
  if (wrong >= 0)
    throw new Error(`[classNames] expected a name for class ${wrong}, got ${String(names[wrong]) || 'an empty text'}`);
  return [...names];
}
