// SPDX-License-Identifier: MIT
//
// How one cell comes about, term by term, in double precision: what the detail view shows. The engine adds in single precision and in
// another order, so the two agree to about six digits. Pure.

import { patchOf, windowAt } from './geometry';
import type { Cell, Geometry, PictureShape } from './geometry';

/** A tensor as in PyTorch's state_dict. */
export interface Weights {
  shape: readonly number[];
  data: Float32Array;
}

/** What one input channel adds to a cell of a convolution. */
export interface ChannelTerm {
  /** Among the input's channels. */
  channel: number;
  patch: number[];
  kernel: number[];
  products: number[];
  sum: number;
}

export interface WeightedSum<Term> {
  terms: Term[];
  bias: number;
  sum: number;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** A kernel's weights: those of output channel `index` for input channel `c` of its group. */
export function kernelOf({ shape, data }: Weights, index: number, c: number): number[] {
  const [, perGroup = 1, height = 1, width = 1] = shape;
  const from = (index * perGroup + c) * height * width;
  return Array.from(data.subarray(from, from + height * width));
}

export function convolutionAt(
  input: Float32Array,
  shape: PictureShape,
  geometry: Geometry,
  weight: Weights,
  bias: Weights | undefined,
  index: number,
  cell: Cell,
): WeightedSum<ChannelTerm> {
  const [channels = 1, perGroup = 1] = weight.shape;
  const first = Math.floor((index * geometry.groups) / channels) * perGroup;
  const window = windowAt(geometry, cell);
  const terms = Array.from({ length: perGroup }, (_, c): ChannelTerm => {
    const patch = patchOf(input, shape, first + c, window);
    const kernel = kernelOf(weight, index, c);
    const products = patch.map((value, i) => value * kernel[i]!);
    return { channel: first + c, patch, kernel, products, sum: total(products) };
  });
  const added = bias?.data[index] ?? 0;
  return { terms, bias: added, sum: total(terms.map(({ sum }) => sum)) + added };
}

export interface DenseTerm {
  /** Among the layer's inputs. */
  input: number;
  value: number;
  weight: number;
  product: number;
}

/** The terms with the largest products first. */
export function denseAt(
  input: Float32Array,
  weight: Weights,
  bias: Weights | undefined,
  index: number,
): WeightedSum<DenseTerm> {
  const from = index * input.length;
  const terms = Array.from(input, (value, i): DenseTerm => {
    const w = weight.data[from + i]!;
    return { input: i, value, weight: w, product: value * w };
  });
  const added = bias?.data[index] ?? 0;
  const sum = total(terms.map(({ product }) => product)) + added;
  terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  return { terms, bias: added, sum };
}

/** The greatest of a pooling's window and where it stands in it, row by row. */
export function greatestOf(patch: readonly number[]): { at: number; value: number } {
  const value = Math.max(...patch);
  return { at: patch.indexOf(value), value };
}

export interface Normalization {
  mean: number;
  variance: number;
  gamma: number;
  beta: number;
  eps: number;
}

export const normalized = (x: number, { mean, variance, gamma, beta, eps }: Normalization): number =>
  ((x - mean) / Math.sqrt(variance + eps)) * gamma + beta;

export interface Share {
  logit: number;
  /** exp(logit - the largest logit): the shares are the same, and nothing overflows. */
  exp: number;
  share: number;
}

export function softmaxOf(logits: ArrayLike<number>): { shares: Share[]; max: number; sum: number } {
  const all = Array.from(logits);
  const max = Math.max(...all);
  const exps = all.map((logit) => Math.exp(logit - max));
  const sum = total(exps);
  return { shares: all.map((logit, i) => ({ logit, exp: exps[i]!, share: exps[i]! / sum })), max, sum };
}

/** Decimals to which two numbers are the same, up to `most`. */
export function sameDecimals(a: number, b: number, max = 7): number {
  const distance = Math.abs(a - b);
  return distance === 0 ? max : Math.max(0, Math.min(max, Math.floor(-Math.log10(2 * distance))));
}
