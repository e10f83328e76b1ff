// SPDX-License-Identifier: MIT
//
// The columns of the network's picture, from the model's own summary: the input and every layer. The softmax
// is the answer's own panel.

import { computed } from '@preact/signals';
import { greatest } from './scale';
import { classNames, digit, engine, networkView, runFacts } from './store';
import { graphLayout } from './graph-layout';
import type { LayerPicture } from '../shared/protocol';

export interface Column {
  name: string;
  type: string;
  from: readonly string[];
  /** [C, H, W] */
  shape: readonly [number, number, number];
}

const inputName = 'input';

export const columns = computed<readonly Column[]>(() => {
  const facts = runFacts.value;
  const entry = engine.value?.zoo.find(({ id }) => id === facts?.model);
  if (facts === null || entry === undefined) return [];
  const { layers } = facts.summary;
  return [
    { name: inputName, type: 'input', from: [], shape: entry.spec.input },
    ...layers.map(({ name, type, from, shape }) => ({ name, type, from, shape })),
  ];
});

/** Where the columns stand. */
export const layout = computed(() => graphLayout(columns.value));

/** Pictures have an extent; everything else is a strip of single values. */
export const isPicture = ({ shape }: Column): boolean => shape[1] * shape[2] > 1;

export const sizeOf = ({ shape }: Column): number => shape[0] * shape[1] * shape[2];

/** More channels than this go on one contact sheet. */
const maxUnits = 6;

/** Whether each channel has a picture of its own, on a canvas of its own. */
export const hasUnits = (column: Column): boolean => isPicture(column) && column.shape[0] <= maxUnits;

/** Longer strips show their values as cells instead of bars. */
const maxBars = 16;

export const hasBars = (column: Column): boolean => !isPicture(column) && sizeOf(column) <= maxBars;

/** How many pictures or values a layer has that can be pointed at. */
export const unitCount = (column: Column): number => (isPicture(column) ? column.shape[0] : sizeOf(column));

export const layerPicture = (name: string): LayerPicture | null =>
  digit.value.frame?.layers.find((layer) => layer.name === name) ?? null;

/** The reach of the scale for a whole layer: its own, or with one scale for the network the largest of all. */
export function rangeOf(name: string): number {
  const { ranges } = digit.value;
  return networkView.value.range === 'network' ? Math.max(...ranges.values(), 0) || 1 : (ranges.get(name) ?? 1);
}

/** For one channel's values: where each picture has a scale of its own, that of its largest value. */
export const unitRange = (name: string, values: Float32Array): number =>
  networkView.value.range === 'unit' ? greatest(values) || 1 : rangeOf(name);

/** "conv1, channel 3 of 16", "fc2, unit 4 of 10, class 3": as people count. */
export function unitName(column: Column, index: number): string {
  const count = unitCount(column);
  if (count === 1) return column.name;
  if (isPicture(column)) return `${column.name}, channel ${index + 1} of ${count}`;
  const classes = classNames.value;
  const meaning = classes.length === count ? `, class ${classes[index] ?? index}` : '';
  return `${column.name}, unit ${index + 1} of ${count}${meaning}`;
}

/** Whether it reads anything but the column before it. */
export const readsFarther = ({ from }: Column, index: number): boolean =>
  from.some((name) => name !== columns.value[index - 1]?.name);
