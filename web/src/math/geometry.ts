// SPDX-License-Identifier: MIT
//
// How the windows of convolutions and poolings lie on the picture they read. Pure.

import type { LayerSpec, ModelSpec } from 'tinycnn';

/** [C, H, W] */
export type PictureShape = readonly [number, number, number];

export interface Cell {
  y: number;
  x: number;
}

export interface Geometry {
  kernel: readonly [height: number, width: number];
  stride: readonly [number, number];
  padding: readonly [number, number];
  groups: number;
}

/** In the picture's cells; with padding it may reach over the edges. */
export interface Window extends Cell {
  height: number;
  width: number;
}

const pair = (size: number | [number, number]): [number, number] => (typeof size === 'number' ? [size, size] : size);

export const specOf = (spec: ModelSpec, layer: string): LayerSpec | undefined =>
  spec.layers.find(({ name }) => name === layer);

/** Of a convolution or pooling with the defaults filled in; of global pooling the whole picture. */
export function geometryOf(layer: LayerSpec, [, height, width]: PictureShape): Geometry {
  if (layer.type === 'conv2d') {
    const { kernelSize, stride = 1, padding = 0, groups = 1 } = layer;
    return { kernel: pair(kernelSize), stride: pair(stride), padding: pair(padding), groups };
  }
  if (layer.type === 'maxPool2d' || layer.type === 'avgPool2d') {
    const { kernelSize, stride = kernelSize, padding = 0 } = layer;
    return { kernel: pair(kernelSize), stride: pair(stride), padding: pair(padding), groups: 1 };
  }
  return { kernel: [height, width], stride: [1, 1], padding: [0, 0], groups: 1 };
}

export const windowAt = ({ kernel, stride, padding }: Geometry, { y, x }: Cell): Window => ({
  y: y * stride[0] - padding[0],
  x: x * stride[1] - padding[1],
  height: kernel[0],
  width: kernel[1],
});

/** The output cell whose window has this input cell nearest to its middle. */
export function cellOver({ kernel, stride, padding }: Geometry, { y, x }: Cell, [, height, width]: PictureShape): Cell {
  const nearest = (at: number, axis: 0 | 1, size: number): number => {
    const to = Math.round((at + padding[axis] - Math.floor((kernel[axis] - 1) / 2)) / stride[axis]);
    return Math.max(0, Math.min(size - 1, to));
  };
  return { y: nearest(y, 0, height), x: nearest(x, 1, width) };
}

/** The values under a window, row by row; outside of the picture there are zeros, as padding has them, or `outside`. */
export function patchOf(
  values: Float32Array,
  [, height, width]: PictureShape,
  channel: number,
  { y, x, height: high, width: wide }: Window,
  outside = 0,
): number[] {
  const patch: number[] = [];
  for (let r = y; r < y + high; ++r) {
    for (let s = x; s < x + wide; ++s) {
      const inside = r >= 0 && r < height && s >= 0 && s < width;
      patch.push(inside ? values[(channel * height + r) * width + s]! : outside);
    }
  }
  return patch;
}
