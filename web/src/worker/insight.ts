// SPDX-License-Identifier: MIT
//
// What the panels below "Look inside" show of a run. Loaded when the first of them is in sight.

import type { NamedTensor } from 'tinycnn';
import type { InsightCalls, LayerWeights } from '../shared/protocol-insight';
import type { Run } from './run';

const extent = (data: Float32Array): { min: number; max: number } => {
  let [min, max] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
};

/** Of more values than this only a sample at equal distances is sorted. */
const maxSorted = 20_000;

/** The absolute value that all but the largest hundredth stay below. */
function strongOf(data: Float32Array): number {
  const stride = Math.ceil(data.length / maxSorted);
  const sizes = new Float32Array(Math.ceil(data.length / stride));
  for (let i = 0; i < sizes.length; ++i) sizes[i] = Math.abs(data[i * stride]!);
  sizes.sort();
  return sizes[Math.ceil(0.99 * sizes.length) - 1] ?? 0;
}

/** Null where the layer has no weights: that of a network that is not the present one any more. */
export function kernels(
  { shown: { session, step } }: Run,
  { layer, first, count }: InsightCalls['kernels']['ask'],
): LayerWeights | null {
  const from = performance.now();
  const all = session.parameters({ averaged: true });
  const find = (name: string): NamedTensor | undefined => all.find((tensor) => tensor.name === `${layer}.${name}`);
  const [weight, bias] = [find('weight'), find('bias')];
  if (weight === undefined) return null;
  const [total = 0, ...shape] = weight.shape;
  const size = weight.data.length / total;
  const end = Math.min(total, first + count);
  return {
    ...{ layer, first, total, shape, step },
    weight: weight.data.slice(first * size, end * size),
    bias: bias?.data.slice(first, end) ?? null,
    ...extent(weight.data),
    strong: strongOf(weight.data),
    milliseconds: performance.now() - from,
  };
}
