// SPDX-License-Identifier: MIT
//
// What one unit reads, and how strongly: from the layer's own weights. Pure.

import { isPicture, sizeOf } from '../../state/layers';
import type { Column } from '../../state/layers';
import type { LayerTensor } from '../../shared/protocol';

export interface Connection {
  layer: string;
  index: number;
  /** -1..1, the strongest of the unit's being 1 or -1; null where nothing is weighed. */
  strength: number | null;
}

/** A unit of a dense layer may read thousands of values: so many of the strongest are shown. */
const maxLines = 64;

export const tensorOf = (tensors: readonly LayerTensor[], name: string): LayerTensor | undefined =>
  tensors.find((tensor) => tensor.name === name);

/** The first input channel that a channel of a convolution reads; more than 0 where it is grouped. */
export const firstInput = (column: Column, input: Column, perGroup: number, index: number): number =>
  Math.floor((index * Math.round(input.shape[0] / perGroup)) / column.shape[0]) * perGroup;

function scaled(connections: Connection[]): Connection[] {
  const max = connections.reduce((max, { strength }) => Math.max(max, Math.abs(strength ?? 0)), 0) || 1;
  return connections.map((each) => ({ ...each, strength: (each.strength ?? 0) / max }));
}

/** A kernel counts as the sum of its weights. */
function ofConvolution(column: Column, input: Column, index: number, weight: LayerTensor): Connection[] {
  const [, perGroup = 1, height = 1, width = 1] = weight.shape;
  const size = height * width;
  const first = firstInput(column, input, perGroup, index);
  return scaled(
    Array.from({ length: perGroup }, (_, c) => {
      const from = (index * perGroup + c) * size;
      const strength = weight.data.subarray(from, from + size).reduce((sum, value) => sum + value, 0);
      return { layer: input.name, index: first + c, strength };
    }),
  );
}

function ofDense(input: Column, index: number, weight: LayerTensor): Connection[] {
  const count = sizeOf(input);
  const row = weight.data.subarray(index * count, (index + 1) * count);
  const order = Array.from(row.keys()).sort((a, b) => Math.abs(row[b]!) - Math.abs(row[a]!));
  return scaled(order.slice(0, maxLines).map((i) => ({ layer: input.name, index: i, strength: row[i]! })));
}

function ofConcatenation(inputs: readonly Column[], index: number): Connection[] {
  let before = 0;
  for (const { name, shape } of inputs) {
    if (index < before + shape[0]) return [{ layer: name, index: index - before, strength: null }];
    before += shape[0];
  }
  return [];
}

/** `tensors`: the layer's own; empty while they are not there yet. */
export function connectionsOf(
  column: Column,
  inputs: readonly Column[],
  index: number,
  tensors: readonly LayerTensor[],
): Connection[] {
  const input = inputs[0];
  if (input === undefined) return [];
  const weight = tensorOf(tensors, 'weight');
  switch (column.type) {
    case 'conv2d':
      return weight === undefined ? [] : ofConvolution(column, input, index, weight);
    case 'linear':
      return weight === undefined ? [] : ofDense(input, index, weight);
    case 'concat':
      return ofConcatenation(inputs, index);
    case 'flatten': {
      const perChannel = input.shape[1] * input.shape[2];
      return [{ layer: input.name, index: isPicture(input) ? Math.floor(index / perChannel) : index, strength: null }];
    }
    default:
      return inputs.map(({ name }) => ({ layer: name, index, strength: null }));
  }
}
