// SPDX-License-Identifier: MIT
//
// All that an opened channel is explained by, from one frame: its layer's values, what the layer reads, the weights that made the one of
// the other.

import { specOf } from '../../../math/geometry';
import { functionOf } from '../../../math/functions';
import { digit, engine, runFacts } from '../../../state/store';
import { columns } from '../../../state/layers';
import type { LayerSpec } from 'tinycnn';
import type { ActivationFunction } from '../../../math/functions';
import type { Unit } from '../../../state/network-view';
import type { Column } from '../../../state/layers';
import type { Backwards, LayerTensor } from '../../../shared/protocol';

export interface Source {
  column: Column;
  data: Float32Array;
}

export interface Scene {
  column: Column;
  index: number;
  /** Absent for the input and the softmax of the answer. */
  spec: LayerSpec | undefined;
  data: Float32Array;
  inputs: readonly Source[];
  tensors: readonly LayerTensor[];
  backwards: Backwards | null;
  /** The activation function that reads this layer. */
  next: { name: string; type: string; activation: ActivationFunction } | null;
}

/** The softmax that turns the last layer into the answer is no layer of the model. */
function softmaxColumn(): Column | undefined {
  const last = columns.value.at(-1);
  return last === undefined ? undefined : { name: 'softmax', type: 'softmax', from: [last.name], shape: last.shape };
}

function nextOf(name: string): Scene['next'] {
  const { spec } = engine.value?.zoo.find(({ id }) => id === runFacts.value?.model) ?? {};
  if (spec === undefined) return null;
  for (const column of columns.value) {
    const layer = column.from.includes(name) ? specOf(spec, column.name) : undefined;
    const activation = layer === undefined ? null : functionOf(layer);
    if (activation !== null) return { name: column.name, type: column.type, activation };
  }
  return null;
}

/** Null while there is no current input, or its frame has no weights of this layer yet. */
export function sceneOf({ layer, index }: Unit): Scene | null {
  const { frame } = digit.value;
  const named = new Map(columns.value.map((column) => [column.name, column]));
  const column = named.get(layer) ?? (layer === 'softmax' ? softmaxColumn() : undefined);
  const valuesOf = (name: string): Float32Array | undefined => frame?.layers.find((each) => each.name === name)?.data;
  const data = valuesOf(layer);
  if (frame === null || column === undefined || data === undefined || frame.watched?.layer !== layer) return null;
  const inputs = column.from.flatMap((name) => {
    const [from, values] = [named.get(name), valuesOf(name)];
    return from === undefined || values === undefined ? [] : [{ column: from, data: values }];
  });
  const { spec } = engine.value?.zoo.find(({ id }) => id === runFacts.value?.model) ?? {};
  const { tensors, backwards } = frame.watched;
  const own = spec === undefined ? undefined : specOf(spec, layer);
  return { ...{ column, index, data, inputs, tensors, backwards }, spec: own, next: nextOf(layer) };
}

/** The values of one channel of a source. */
export function channelOf({ column: { shape }, data }: Pick<Source, 'column' | 'data'>, channel: number): Float32Array {
  const size = shape[1] * shape[2];
  return data.subarray(channel * size, (channel + 1) * size);
}
