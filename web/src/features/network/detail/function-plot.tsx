// SPDX-License-Identifier: MIT
//
// An activation function as a small curve, with a point where the current value lies on it.

import { signed } from '../../../shared/format-small';
import type { ActivationFunction } from '../../../math/functions';

const size = 120;
const samples = 81;

export function FunctionPlot({ activation, at }: { activation: ActivationFunction; at: number }) {
  const reach = Math.max(2, Math.ceil(Math.abs(at) * 1.2));
  const xs = Array.from({ length: samples }, (_, i) => reach * ((2 * i) / (samples - 1) - 1));
  const top = Math.max(1, ...xs.map((x) => Math.abs(activation.value(x))));
  const px = (x: number): number => (size * (x + reach)) / (2 * reach);
  const py = (y: number): number => (size * (top - y)) / (2 * top);
  const points = xs.map((x) => `${px(x).toFixed(1)},${py(activation.value(x)).toFixed(1)}`).join(' ');
  const value = activation.value(at);
  return (
    <figure class="function-plot">
      <figcaption>activation function</figcaption>
      <svg
        viewBox={`-3 -3 ${size + 6} ${size + 6}`}
        role="img"
        aria-label={`The function maps ${signed(at)} to ${signed(value)}`}
      >
        <path class="axis" d={`M0 ${size / 2}H${size}M${size / 2} 0V${size}`} />
        <polyline points={points} />
        <path class="guide" d={`M${px(at)} ${size / 2}V${py(value)}H${size / 2}`} />
        <circle cx={px(at)} cy={py(value)} r="4" />
      </svg>
    </figure>
  );
}
