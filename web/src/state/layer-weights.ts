// SPDX-License-Identifier: MIT
//
// What a layer's weights are of, in shapes and in words. Pure.

import { grouped } from '../shared/format';
import { signed, small } from '../shared/format-small';
import type { LayerWeights } from '../shared/protocol-insight';
import type { WeightShape } from './weight-sheet';

/** Of one network: a layer, its kind, and the shape of what it reads before that was flattened, [C, H, W]. */
export interface WeightedLayer {
  name: string;
  type: string;
  weights: number;
  reads: readonly [number, number, number];
  /** The layers it reads. */
  from: string;
}

interface LayerFacts {
  name: string;
  type: string;
  from: readonly string[];
  shape: readonly [number, number, number];
  parameters: number;
}

/** The layers that learn, in their order. */
export function weightedLayers(
  layers: readonly LayerFacts[],
  input: readonly [number, number, number],
): WeightedLayer[] {
  const behind = (name: string): { name: string; shape: readonly [number, number, number] } => {
    const layer = layers.find((each) => each.name === name);
    if (layer === undefined) return { name, shape: input };
    return layer.type === 'flatten' ? behind(layer.from[0]!) : layer;
  };
  return layers
    .filter(({ parameters }) => parameters > 0)
    .map(({ name, type, from, parameters }) => {
      const source = behind(from[0]!);
      return { name, type, weights: parameters, reads: source.shape, from: source.name };
    });
}

export const isNormalization = ({ type }: WeightedLayer): boolean => type.startsWith('batchNorm');

/** A convolution has filters, a dense layer units, a batch norm two numbers a channel. */
export const tileNoun = (layer: WeightedLayer): { one: string; many: string } =>
  layer.type === 'conv2d' ? { one: 'filter', many: 'filters' } : { one: 'unit', many: 'units' };

/** Those that are here, as tiles of pictures; a dense layer's as the pictures that it reads, where it reads any. */
export function shapeOf(layer: WeightedLayer, { shape, weight, total }: LayerWeights): WeightShape {
  if (isNormalization(layer)) return { tiles: 2, channels: 1, height: 1, width: total };
  const size = shape.reduce((all, each) => all * each, 1);
  const tiles = weight.length / size;
  const [channels = 1, height = 1, width = 1] = shape.length === 3 ? shape : layer.reads;
  const isPictures = height * width > 1 || shape.length === 3;
  return isPictures ? { tiles, channels, height, width } : { tiles, channels: 1, height: 1, width: size };
}

/** In the order of the shape above. */
export function valuesOf(layer: WeightedLayer, { weight, bias }: LayerWeights): Float32Array {
  if (!isNormalization(layer) || bias === null) return weight;
  const both = new Float32Array(weight.length + bias.length);
  both.set(weight);
  both.set(bias, weight.length);
  return both;
}

/** Of a tile, as short as can be: "3", or the class that the unit stands for. */
export function tileLabel(layer: WeightedLayer, tile: number, seen: LayerWeights, classes: readonly string[]): string {
  if (isNormalization(layer)) return tile === 0 ? 'γ' : 'β';
  const index = seen.first + tile;
  return isOutput(layer, seen, classes) ? classes[index]! : String(index + 1);
}

/** Whether its units are the classes. */
const isOutput = ({ type }: WeightedLayer, { total, shape }: LayerWeights, classes: readonly string[]): boolean =>
  type === 'linear' && total === classes.length && shape.length === 1;

function tileName(layer: WeightedLayer, tile: number, seen: LayerWeights, classes: readonly string[]): string {
  const index = seen.first + tile;
  const name = `${tileNoun(layer).one} ${index + 1}`;
  return isOutput(layer, seen, classes) ? `${name} (class ${classes[index]!})` : name;
}

/** "conv1, filter 3, row 1, column 2: 0.1234", and the filter's bias. */
export function weightInWords(
  layer: WeightedLayer,
  shape: WeightShape,
  seen: LayerWeights,
  index: number,
  classes: readonly string[],
): string {
  const { channels, height, width } = shape;
  const value = valuesOf(layer, seen)[index] ?? 0;
  if (isNormalization(layer)) {
    const name = index < width ? 'weight γ' : 'bias β';
    return `${layer.name}, channel ${(index % width) + 1}: ${name} ${signed(value, 4)}`;
  }
  const picture = height * width;
  const tile = Math.floor(index / (channels * picture));
  const channel = Math.floor(index / picture) % channels;
  const [row, column] = [Math.floor((index % picture) / width) + 1, (index % width) + 1];
  const reads = height * width === 1 ? `${layer.from} ${channel + 1}` : null;
  const place =
    shape.height === 1 && channels === 1 && width > 1
      ? `for unit ${column} of ${layer.from}`
      : (reads ?? `${channels > 1 ? `${layer.from} ${channel + 1}, ` : ''}row ${row}, column ${column}`);
  const bias = seen.bias === null ? '' : `; bias ${small(seen.bias[tile]!)}`;
  return `${layer.name}, ${tileName(layer, tile, seen, classes)}, ${place}: ${signed(value, 4)}${bias}`;
}

/** For who does not see the pictures. */
export function weightsInWords(layer: WeightedLayer, { step, total, min, max }: LayerWeights): string {
  const many = isNormalization(layer) ? `${grouped(total)} channels` : `${grouped(total)} ${tileNoun(layer).many}`;
  return `${layer.name} has ${many} with ${grouped(layer.weights)} weights in total; at step ${grouped(step)} they are between ${signed(min, 3)} and ${signed(max, 3)}.`;
}
