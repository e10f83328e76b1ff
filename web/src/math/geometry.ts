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
  dilation: readonly [number, number];
  groups: number;
}

/** In the picture's cells; with padding it may reach over the edges. */
export interface Window extends Cell {
  height: number;
  width: number;
  /** From one value under the kernel to the next, where that is not 1. */
  dilation?: readonly [number, number];
}

const plain = [1, 1] as const;

const pair = (size: number | [number, number]): [number, number] => (typeof size === 'number' ? [size, size] : size);

export const specOf = (spec: ModelSpec, layer: string): LayerSpec | undefined =>
  spec.layers.find(({ name }) => name === layer);

/** Of a convolution or pooling with the defaults filled in; of global pooling the whole picture. */
export function geometryOf(layer: LayerSpec, [, height, width]: PictureShape): Geometry {
  if (layer.type === 'conv2d') {
    const { kernelSize, stride = 1, padding = 0, dilation = 1, groups = 1 } = layer;
    const sides = { kernel: pair(kernelSize), stride: pair(stride), padding: pair(padding), dilation: pair(dilation) };
    return { ...sides, groups };
  }
  if (layer.type === 'maxPool2d' || layer.type === 'avgPool2d') {
    const { kernelSize, stride = kernelSize, padding = 0 } = layer;
    return { kernel: pair(kernelSize), stride: pair(stride), padding: pair(padding), dilation: plain, groups: 1 };
  }
  return { kernel: [height, width], stride: plain, padding: [0, 0], dilation: plain, groups: 1 };
}

/** The zeros that a zeroPad2d adds: left, right, top, bottom. */
export function sidesOf(layer: LayerSpec): readonly [number, number, number, number] {
  if (layer.type !== 'zeroPad2d') return [0, 0, 0, 0];
  const { padding } = layer;
  return typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
}

/** The side that a kernel spans, with its holes. */
const extent = ({ kernel, dilation }: Geometry, axis: 0 | 1): number => (kernel[axis] - 1) * dilation[axis] + 1;

export const windowAt = (geometry: Geometry, { y, x }: Cell): Window => ({
  y: y * geometry.stride[0] - geometry.padding[0],
  x: x * geometry.stride[1] - geometry.padding[1],
  height: extent(geometry, 0),
  width: extent(geometry, 1),
  ...(Math.max(...geometry.dilation) > 1 ? { dilation: geometry.dilation } : {}),
});

/** The output cell whose window has this input cell nearest to its middle. */
export function cellOver(geometry: Geometry, { y, x }: Cell, [, height, width]: PictureShape): Cell {
  const { stride, padding } = geometry;
  const nearest = (at: number, axis: 0 | 1, size: number): number => {
    const to = Math.round((at + padding[axis] - Math.floor((extent(geometry, axis) - 1) / 2)) / stride[axis]);
    return Math.max(0, Math.min(size - 1, to));
  };
  return { y: nearest(y, 0, height), x: nearest(x, 1, width) };
}

/** The values under a window, row by row; outside of the picture there are zeros, as padding has them, or `outside`. */
export function patchOf(
  values: Float32Array,
  [, height, width]: PictureShape,
  channel: number,
  { y, x, height: high, width: wide, dilation = plain }: Window,
  outside = 0,
): number[] {
  const patch: number[] = [];
  for (let r = y; r < y + high; r += dilation[0]) {
    for (let s = x; s < x + wide; s += dilation[1]) {
      const inside = r >= 0 && r < height && s >= 0 && s < width;
      patch.push(inside ? values[(channel * height + r) * width + s]! : outside);
    }
  }
  return patch;
}
