// SPDX-License-Identifier: MIT
// Changes a network's number of classes: the number of outputs of its last linear or convolutional layer.

import { readInteger, refuse, show } from './read.js';
import type { LayerSpec, ModelSpec } from './types.js';

const MAX_CLASSES = 256;

/** Layers whose output has as many channels as their input. */
const KEEPS_CLASSES: ReadonlySet<LayerSpec['type']> = new Set([
  ...(['relu', 'relu6', 'leakyReLU', 'sigmoid', 'tanh', 'silu', 'gelu', 'softmax', 'logSoftmax'] as const),
  ...(['batchNorm1d', 'batchNorm2d', 'dropout', 'dropout2d', 'fakeQuantize'] as const),
  ...(['maxPool2d', 'avgPool2d', 'globalAvgPool2d', 'flatten'] as const),
]);

function withOutputs(layer: LayerSpec, outputs: number): LayerSpec | undefined {
  if (layer.type === 'linear') return layer.outFeatures === outputs ? layer : { ...layer, outFeatures: outputs };
  if (layer.type === 'conv2d') return layer.outChannels === outputs ? layer : { ...layer, outChannels: outputs };
  return undefined;
}

/**
 * The spec with `classes` (1 to 256) outputs in its last linear or convolutional layer and everything else unchanged; the same
 * object if it already has this many. Throws 'invalid-option' for `classes` out of range, and 'invalid-spec' if that layer is
 * followed by anything but activations, normalisation, dropout and pooling.
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
