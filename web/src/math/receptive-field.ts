// SPDX-License-Identifier: MIT
//
// How much of the image one value of a layer can see. Pure.

import { geometryOf } from './geometry';
import type { LayerSpec, LayerSummary, Shape, Size } from 'tinycnn';

/** [height, width] in pixels of the image. */
export type ReceptiveField = readonly [height: number, width: number];

interface Axis {
  /** Pixels that one value sees. */
  size: number;
  /** Pixels of the image from one value to the next. */
  jump: number;
  /** Values side by side that a layer which reads a vector reads at once. */
  spread: number;
}

type Seen = readonly [Axis, Axis];

const windowed = new Set(['conv2d', 'maxPool2d', 'avgPool2d', 'globalAvgPool2d']);

const pair = (size: Size): readonly [number, number] => (typeof size === 'number' ? [size, size] : size);

const dilationOf = (layer: LayerSpec): readonly [number, number] => pair((layer as { dilation?: Size }).dilation ?? 1);

const each = (seen: Seen, change: (axis: Axis, index: 0 | 1) => Axis): Seen => [change(seen[0], 0), change(seen[1], 1)];

const larger = (a: Axis, b: Axis): Axis => ({
  size: Math.max(a.size, b.size),
  jump: Math.max(a.jump, b.jump),
  spread: Math.max(a.spread, b.spread),
});

function through(layer: LayerSpec, seen: Seen, shape: Shape): Seen {
  if (windowed.has(layer.type)) {
    const { kernel, stride } = geometryOf(layer, shape);
    const dilation = dilationOf(layer);
    return each(seen, ({ size, jump, spread }, i) => ({
      size: size + (kernel[i] - 1) * dilation[i] * jump,
      jump: jump * stride[i],
      spread,
    }));
  }
  if (layer.type === 'flatten') return each(seen, (axis, i) => ({ ...axis, spread: i === 0 ? shape[1] : shape[2] }));
  if (layer.type !== 'linear' && !layer.type.endsWith('oftmax')) return seen;
  return each(seen, ({ size, jump, spread }) => ({ size: size + (spread - 1) * jump, jump, spread: 1 }));
}

/** Of each layer that is described, by its name, in an image of this shape; at most the whole of it. */
export function receptiveFields(
  input: Shape,
  layers: readonly LayerSpec[],
  described: readonly LayerSummary[],
): Map<string, ReceptiveField> {
  const start: Axis = { size: 1, jump: 1, spread: 1 };
  const seen = new Map<string, Seen>([['input', [start, start]]]);
  const shapes = new Map<string, Shape>([
    ['input', input],
    ...described.map(({ name, shape }) => [name, shape] as const),
  ]);
  const fields = new Map<string, ReceptiveField>();
  for (const [i, { name, from }] of described.entries()) {
    const read = from.map((each) => seen.get(each) ?? ([start, start] as const));
    const all = read.reduce(([a, b], [c, d]): Seen => [larger(a, c), larger(b, d)]);
    const now = through(layers[i]!, all, shapes.get(from[0]!) ?? input);
    seen.set(name, now);
    fields.set(name, [Math.min(now[0].size, input[1]), Math.min(now[1].size, input[2])]);
  }
  return fields;
}
