// SPDX-License-Identifier: MIT
//
// The distribution of a layer's numbers: a histogram around zero and percentiles. Pure.

import type { Histogram } from '../shared/protocol-insight';

/** Even, so that zero is an edge between bins. */
export const bins = 64;
/** Shares of the values that lie below the percentiles. */
export const percentiles = [0.05, 0.5, 0.95] as const;
/** Share of the values that the bins reach: the few largest would leave all others in one bin. */
const reached = 0.995;
/** Of more values than this only a sample at equal distances is sorted. */
const maxSorted = 20_000;

/** Those that are numbers, evenly picked where there are many. */
function sampled(tensors: readonly Float32Array[]): Float32Array {
  const total = tensors.reduce((sum, { length }) => sum + length, 0);
  const stride = Math.max(1, Math.ceil(total / maxSorted));
  const values: number[] = [];
  let at = 0;
  for (const data of tensors) {
    for (; at < data.length; at += stride) if (Number.isFinite(data[at])) values.push(data[at]!);
    at -= data.length;
  }
  return Float32Array.from(values);
}

function extentOf(tensors: readonly Float32Array[]): [min: number, max: number] {
  let [min, max] = [Infinity, -Infinity];
  for (const data of tensors) {
    for (const value of data) {
      if (value < min && Number.isFinite(value)) min = value;
      if (value > max && Number.isFinite(value)) max = value;
    }
  }
  return [min, max];
}

const atShare = (sorted: Float32Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

/** Of all these tensors' values together; null where none is a number. */
export function histogramOf(tensors: readonly Float32Array[]): Histogram | null {
  const values = sampled(tensors);
  if (values.length === 0) return null;
  const reach = atShare(values.map(Math.abs).sort(), reached);
  const counts = new Uint32Array(bins);
  for (const value of values) {
    const bin = reach === 0 ? bins / 2 : Math.floor((value / reach + 1) * (bins / 2));
    counts[Math.max(0, Math.min(bins - 1, bin))]! += 1;
  }
  values.sort();
  const [min, max] = extentOf(tensors);
  return { reach, counts, min, percentiles: percentiles.map((share) => atShare(values, share)), max };
}
