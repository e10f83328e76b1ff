// SPDX-License-Identifier: MIT
//
// How unlike its training images an image is to a network, by what its last layers make of it: the Mahalanobis distance to the nearest
// class mean with one covariance for all classes (Lee et al., arXiv:1807.03888), together with the energy of its class scores (Liu et
// al., arXiv:2010.03759). Neither alone finds half of the letters that a network of digits is given. Pure.

import type { NamedActivations } from 'tinycnn';
import type { Work } from './work';

/** What the last layers make of one image. */
export interface Features {
  /** The input of the last dense layer, and a coarse picture of the last maps. */
  values: Float64Array;
  /** The class scores. */
  scores: Float32Array;
}

/** What the training images are like. */
export interface Familiarity {
  /** Of each class that has images: the mean of its features. */
  means: Float64Array[];
  /** Each feature's standard deviation within the classes. */
  scale: Float64Array;
  /** The lower triangle of the Cholesky factor of their correlations, row by row. */
  factor: Float64Array;
  /** Mean and standard deviation over the images that it was not fitted to. */
  distance: Normal;
  energy: Normal;
  /** Their scores in ascending order. */
  ranked: Float64Array;
}

interface Normal {
  mean: number;
  deviation: number;
}

/** Features of each kind at most. */
const most = 128;
/** Cells along a side of the coarse picture. */
const coarse = 4;
/** How much of each correlation is left out, so that no direction in which the training images hardly differ decides alone. */
const shrinkage = 0.05;
/** A feature that never changes within a class. */
const leastDeviation = 1e-6;

/** The means of `cells` x `cells` parts of each channel; `data`: [C][H][W]. */
function coarsely(data: Float32Array, [channels, height, width]: readonly number[], cells: number): Float64Array {
  const [rows, columns] = [Math.min(cells, height!), Math.min(cells, width!)];
  const into = new Float64Array(channels! * rows * columns);
  const counts = new Float64Array(rows * columns);
  for (let y = 0; y < height!; ++y) {
    for (let x = 0; x < width!; ++x) {
      const cell = Math.floor((y * rows) / height!) * columns + Math.floor((x * columns) / width!);
      counts[cell]! += 1;
      for (let c = 0; c < channels!; ++c) into[c * rows * columns + cell]! += data[(c * height! + y) * width! + x]!;
    }
  }
  return into.map((sum, i) => sum / counts[i % counts.length]!);
}

/** `layers`: the input, every layer in order, the softmax, as of `Session.allActivations`. */
export function featuresOf(layers: readonly NamedActivations[]): Features | null {
  const last = layers.findLastIndex(({ type }) => type === 'linear');
  if (last < 1) return null;
  const before = layers[last - 1]!.data;
  const maps = layers.findLast(({ shape, type }) => shape[1] * shape[2] > 1 && type !== 'input');
  const penultimate = before.length <= most || maps === undefined ? Float64Array.from(before) : new Float64Array();
  const cells = Math.min(coarse, Math.floor(Math.sqrt(most / (maps?.shape[0] ?? 1))));
  const picture = maps === undefined || cells < 1 ? new Float64Array() : coarsely(maps.data, maps.shape, cells);
  const values = new Float64Array(penultimate.length + picture.length);
  values.set(penultimate);
  values.set(picture, penultimate.length);
  return values.length === 0 ? null : { values, scores: layers[last]!.data };
}

function energyOf(scores: Float32Array): number {
  const max = Math.max(...scores);
  return max + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - max), 0));
}

function normalOf(values: readonly number[]): Normal {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

/** Lower triangle of L, where L times its transpose is this symmetric matrix; both row by row. */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; ++i) {
    for (let j = 0; j <= i; ++j) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; ++k) sum -= factor[i * size + k]! * factor[j * size + k]!;
      factor[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / factor[j * size + j]!;
    }
  }
  return factor;
}

/** The logarithm of the squared distance to the nearest mean. */
function distanceTo(
  { means, scale, factor }: Pick<Familiarity, 'means' | 'scale' | 'factor'>,
  values: Float64Array,
): number {
  const size = values.length;
  const solved = new Float64Array(size);
  let nearest = Infinity;
  for (const mean of means) {
    let distance = 0;
    for (let i = 0; i < size && distance < nearest; ++i) {
      let sum = (values[i]! - mean[i]!) / scale[i]!;
      for (let j = 0; j < i; ++j) sum -= factor[i * size + j]! * solved[j]!;
      solved[i] = sum / factor[i * size + i]!;
      distance += solved[i]! ** 2;
    }
    nearest = Math.min(nearest, distance);
  }
  return Math.log(nearest + 1e-12);
}

export interface LabelledFeatures extends Features {
  label: number;
}

function meansOf(images: readonly LabelledFeatures[]): Map<number, Float64Array> {
  const sums = new Map<number, { count: number; sum: Float64Array }>();
  for (const { label, values } of images) {
    const of = sums.get(label) ?? { count: 0, sum: new Float64Array(values.length) };
    ++of.count;
    values.forEach((value, i) => (of.sum[i]! += value));
    sums.set(label, of);
  }
  return new Map([...sums].map(([label, { count, sum }]) => [label, sum.map((value) => value / count)]));
}

/** Fits to some images and calibrates on others. Null where they are too few, or not all numbers. */
export function* familiarityOf(
  fitted: readonly LabelledFeatures[],
  others: readonly Features[],
): Work<Familiarity | null> {
  const size = fitted[0]?.values.length ?? 0;
  if (fitted.length < 2 * size || others.length < 50) return null;
  const means = meansOf(fitted);
  const scale = new Float64Array(size);
  for (const { label, values } of fitted) {
    const mean = means.get(label)!;
    for (let i = 0; i < size; ++i) scale[i]! += (values[i]! - mean[i]!) ** 2 / fitted.length;
  }
  for (let i = 0; i < size; ++i) scale[i] = Math.max(leastDeviation, Math.sqrt(scale[i]!));
  if (!scale.every(Number.isFinite)) return null;
  const matrix = new Float64Array(size * size);
  const row = new Float64Array(size);
  for (const { label, values } of fitted) {
    const mean = means.get(label)!;
    for (let i = 0; i < size; ++i) row[i] = (values[i]! - mean[i]!) / scale[i]!;
    for (let i = 0; i < size; ++i) {
      for (let j = 0; j <= i; ++j) matrix[i * size + j]! += (row[i]! * row[j]!) / fitted.length;
    }
    yield;
  }
  for (let i = 0; i < size; ++i) {
    for (let j = 0; j <= i; ++j) {
      matrix[i * size + j] = (1 - shrinkage) * matrix[i * size + j]! + (i === j ? shrinkage : 0);
    }
  }
  const model = { means: [...means.values()], scale, factor: cholesky(matrix, size) };
  yield;
  const distances: number[] = [];
  for (const { values } of others) {
    distances.push(distanceTo(model, values));
    yield;
  }
  const energies = others.map(({ scores }) => energyOf(scores));
  const [distance, energy] = [normalOf(distances), normalOf(energies)];
  const whole = { ...model, distance, energy, ranked: new Float64Array() };
  const ranked = Float64Array.from(others, (_, i) => scoreOf(whole, distances[i]!, energies[i]!)).sort();
  return ranked.every(Number.isFinite) ? { ...whole, ranked } : null;
}

const scoreOf = ({ distance, energy }: Familiarity, far: number, high: number): number =>
  (far - distance.mean) / distance.deviation - (high - energy.mean) / energy.deviation;

/** The share (0..1) of the training images that it was calibrated on that are less unusual than this. */
export function unusualness(familiarity: Familiarity, { values, scores }: Features): number {
  const score = scoreOf(familiarity, distanceTo(familiarity, values), energyOf(scores));
  const { ranked } = familiarity;
  const below = ranked.findIndex((each) => each >= score);
  return (below < 0 ? ranked.length : below) / ranked.length;
}
