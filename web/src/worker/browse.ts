// SPDX-License-Identifier: MIT
//
// What the browser of the data shows: counts and means of classes, samples, also of what the network misreads, and distortions.

import { imageSize } from '../shared/dataset';
import type { LabelledSet } from '../shared/dataset';
import type { DataOverview, Samples, Shelf } from '../shared/protocol';
import type { TrainingData } from './data/held-data';
import type { Run } from './run';

const imageAt = ({ images }: LabelledSet, index: number): Uint8Array =>
  images.subarray(index * imageSize, (index + 1) * imageSize);

function dataOf({ data }: Run): TrainingData {
  if (data === null) throw new Error('The data are still loading.');
  return data;
}

function countsOf(set: LabelledSet | null, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of set?.labels ?? []) ++counts[label]!;
  return counts;
}

export function overviewOf(run: Run): DataOverview {
  const { classes, train, validation, test } = dataOf(run);
  const counts = { train, validation, test };
  const ofTrain = countsOf(train, classes.length);
  const sums = new Float64Array(classes.length * imageSize);
  train.labels.forEach((label, index) => {
    const image = imageAt(train, index);
    for (let i = 0; i < imageSize; ++i) sums[label * imageSize + i]! += image[i]!;
  });
  return {
    counts: {
      train: ofTrain,
      validation: countsOf(counts.validation, classes.length),
      test: countsOf(counts.test, classes.length),
    },
    means: Uint8Array.from(sums, (sum, i) => sum / Math.max(1, ofTrain[Math.floor(i / imageSize)]!)),
  };
}

function joined(images: readonly Uint8Array[]): Uint8Array {
  const pixels = new Uint8Array(images.length * imageSize);
  images.forEach((image, i) => {
    pixels.set(image, i * imageSize);
  });
  return pixels;
}

/** Images `first` to `first + count - 1` of one class on a shelf. */
export function samplesOf(run: Run, shelf: Shelf, label: number, first: number, count: number): Samples {
  const set = shelf === 'misread' ? dataOf(run).test : dataOf(run)[shelf];
  const read = shelf === 'misread' || shelf === 'test' ? run.predicted : null;
  if (set === null || (shelf === 'misread' && read === null)) {
    return { indices: [], pixels: new Uint8Array(0), total: 0, read: null };
  }
  const all: number[] = [];
  set.labels.forEach((each, index) => {
    if (each === label && (shelf !== 'misread' || read?.[index] !== label)) all.push(index);
  });
  const indices = all.slice(first, first + count);
  return {
    indices,
    pixels: joined(indices.map((index) => imageAt(set, index))),
    total: all.length,
    read: read === null ? null : indices.map((index) => read[index]!),
  };
}

export function distortedOf(run: Run, index: number, epochs: number) {
  const { train } = dataOf(run);
  const pixels = joined(Array.from({ length: epochs }, (_, epoch) => run.distorted(index, epoch)));
  return { original: imageAt(train, index).slice(), pixels, label: train.labels[index]! };
}
