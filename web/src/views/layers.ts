// SPDX-License-Identifier: MIT
//
// The columns of the network's picture, from the model's own summary: the input and every layer. The softmax
// is the answer's own panel.

import { computed } from '@preact/signals';
import { digit, engine, runFacts } from '../state/store';
import type { LayerPicture } from '../protocol';

export interface Column {
  name: string;
  type: string;
  from: readonly string[];
  /** [C, H, W] */
  shape: readonly [number, number, number];
}

const kInputName = 'input';

export const columns = computed<readonly Column[]>(() => {
  const facts = runFacts.value;
  const entry = engine.value?.zoo.find(({ id }) => id === facts?.model);
  if (facts === null || entry === undefined) return [];
  const { layers } = facts.summary;
  return [
    { name: kInputName, type: 'input', from: [], shape: entry.spec.input },
    ...layers.map(({ name, type, from, shape }) => ({ name, type, from, shape })),
  ];
});

/** Pictures have an extent; everything else is a strip of single values. */
export const isPicture = ({ shape }: Column): boolean => shape[1] * shape[2] > 1;

/** More channels than this go on one contact sheet. */
const kMostUnits = 6;

/** Whether each channel has a picture, and so lines, of its own. */
export const hasUnits = (column: Column): boolean => isPicture(column) && column.shape[0] <= kMostUnits;

export const layerPicture = (name: string): LayerPicture | null =>
  digit.value.frame?.layers.find((layer) => layer.name === name) ?? null;
