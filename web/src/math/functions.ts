// SPDX-License-Identifier: MIT
//
// Activation functions and their derivatives in double precision, by the names of layers. Pure.

import type { LayerSpec } from 'tinycnn';

export interface ActivationFunction {
  value: (x: number) => number;
  derivative: (x: number) => number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 7.1.26: the engine's, too; absolute error below 3e-7. */
function normalCdf(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 1 / (1 + 0.3275911 * z);
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * p * Math.exp(-z * z);
  return x < 0 ? tail : 1 - tail;
}

const functions: Readonly<Record<string, ActivationFunction>> = {
  relu: { value: (x) => Math.max(0, x), derivative: (x) => (x > 0 ? 1 : 0) },
  relu6: { value: (x) => Math.min(6, Math.max(0, x)), derivative: (x) => (x > 0 && x < 6 ? 1 : 0) },
  sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * (1 - sigmoid(x)) },
  tanh: { value: Math.tanh, derivative: (x) => 1 - Math.tanh(x) ** 2 },
  silu: { value: (x) => x * sigmoid(x), derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))) },
  gelu: {
    value: (x) => x * normalCdf(x),
    derivative: (x) => normalCdf(x) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI),
  },
};

/** A gradient passes unchanged where a value is in the range of the integers. */
function rounding(scale: number, zeroPoint: number): ActivationFunction {
  const integer = (x: number): number => Math.round(x / scale) + zeroPoint;
  const cut = (i: number): number => Math.min(127, Math.max(-128, i));
  return {
    value: (x) => scale * (cut(integer(x)) - zeroPoint),
    derivative: (x) => (cut(integer(x)) === integer(x) ? 1 : 0),
  };
}

/** Null for layers that are no activation functions. */
export function functionOf(layer: LayerSpec): ActivationFunction | null {
  if (layer.type === 'fakeQuantize') return rounding(layer.scale, layer.zeroPoint ?? 0);
  if (layer.type !== 'leakyReLU') return functions[layer.type] ?? null;
  const slope = layer.negativeSlope ?? 0.01;
  return { value: (x) => (x < 0 ? slope * x : x), derivative: (x) => (x > 0 ? 1 : slope) };
}
