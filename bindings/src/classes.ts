// SPDX-License-Identifier: MIT
// A network for another number of classes than it was made for: its last layer with outputs of its own gives as many.

import { readInteger, refuse, show } from './read.js';
import type { LayerSpec, ModelSpec } from './types.js';

const MAX_CLASSES = 256;

/** These pass on as many values as they get. */
const KEEPS_CLASSES: ReadonlySet<LayerSpec['type']> = new Set([
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
  readInteger(classes, 'classes', 1, MAX_CLASSES);
  const { layers: given } = (spec as ModelSpec | undefined) ?? {};
  if (!Array.isArray(given)) return refuse('invalid-spec', 'classes', 'a spec with layers', show(spec));
  const layers = [...given];
  const last = layers.findLastIndex((layer: LayerSpec | null | undefined) => !layer || !KEEPS_CLASSES.has(layer.type));
  const found = layers[last];
  const changed = found && withOutputs(found, classes);
  if (!changed) {
    const end = found ? `'${found.name}' (${found.type}) after it` : 'none';
    return refuse('invalid-spec', 'classes', `a linear or conv2d layer at the end of '${spec.name}'`, end);
  }
  if (changed === found) return spec;
  layers[last] = changed;
  return { ...spec, layers };
}

/** Checks names of classes: 1 to 256 different strings that are not empty. Returns a copy. */
export function checkedClassNames(names: unknown): string[] {
  const where = 'classNames';
  if (!Array.isArray(names)) refuse('invalid-option', where, 'an array of strings', show(names));
  if (names.length < 1 || names.length > MAX_CLASSES) {
    refuse('invalid-option', where, `1 to ${MAX_CLASSES} names`, String(names.length));
  }
  const copy: unknown[] = Array.from(names);
  for (const [label, name] of copy.entries()) {
    if (typeof name !== 'string' || name === '')
      refuse('invalid-option', where, `a name for class ${label}`, show(name));
    const first = copy.indexOf(name);
    if (first < label)
      refuse('invalid-option', where, 'different names', `'${name}' for the classes ${first} and ${label}`);
  }
  return copy as string[];
}
