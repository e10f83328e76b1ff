// SPDX-License-Identifier: MIT
//
// What the browser of the data shows: counts and means of classes, samples, distortions, and the test images that the network misreads.

import { kImageSize } from '../data/dataset';
import { turn } from './turn';
import type { LabelledSet } from '../data/dataset';
import type { DataOverview, Misreadings, MisreadImage, Part, Samples } from '../protocol';
import type { TrainingData } from './data';
import type { Run } from './run';

const imageAt = ({ images }: LabelledSet, index: number): Uint8Array =>
  images.subarray(index * kImageSize, (index + 1) * kImageSize);

function countsOf(set: LabelledSet | null, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of set?.labels ?? []) ++counts[label]!;
  return counts;
}

export function overviewOf({ classes, train, validation, test }: TrainingData): DataOverview {
  const counts = { train, validation, test };
  const ofTrain = countsOf(train, classes.length);
  const sums = new Float64Array(classes.length * kImageSize);
  train.labels.forEach((label, index) => {
    const image = imageAt(train, index);
    for (let i = 0; i < kImageSize; ++i) sums[label * kImageSize + i]! += image[i]!;
  });
  return {
    counts: {
      train: ofTrain,
      validation: countsOf(counts.validation, classes.length),
      test: countsOf(counts.test, classes.length),
    },
    means: Uint8Array.from(sums, (sum, i) => sum / Math.max(1, ofTrain[Math.floor(i / kImageSize)]!)),
  };
}

function joined(images: readonly Uint8Array[]): Uint8Array {
  const pixels = new Uint8Array(images.length * kImageSize);
  images.forEach((image, i) => {
    pixels.set(image, i * kImageSize);
  });
  return pixels;
}

export function samplesOf(data: TrainingData, part: Part, label: number, first: number, count: number): Samples {
  const set = data[part];
  if (set === null) return { indices: [], pixels: new Uint8Array(0), total: 0 };
  const all: number[] = [];
  set.labels.forEach((each, index) => {
    if (each === label) all.push(index);
  });
  const indices = all.slice(first, first + count);
  return { indices, pixels: joined(indices.map((index) => imageAt(set, index))), total: all.length };
}

export function distortedOf(run: Run, index: number, epochs: number) {
  if (run.data === null) throw new Error('The data are not ready yet.');
  const { train } = run.data;
  const pixels = joined(Array.from({ length: epochs }, (_, epoch) => run.distorted(index, epoch)));
  return { original: imageAt(train, index).slice(), pixels, label: train.labels[index]! };
}

/** Looking at all test images takes a moment with a small network and minutes with a large one: then the first ones must do. */
const kMostMilliseconds = 4000;
const kMostImages = 2000;
const kTurnMilliseconds = 15;

function best(probabilities: Float32Array): number {
  let found = 0;
  probabilities.forEach((probability, label) => {
    if (probability > probabilities[found]!) found = label;
  });
  return found;
}

/** `present` says which run is on the screen: another one ends this. */
export async function misreadBy(run: Run, present: () => Run | null): Promise<Misreadings> {
  if (run.data === null) throw new Error('The data are not ready yet.');
  const { test, classes } = run.data;
  const count = test.labels.length;
  const confusion = classes.map(() => new Array<number>(classes.length).fill(0));
  const images: MisreadImage[] = [];
  const begun = performance.now();
  let looked = 0;
  for (let turned = begun; looked < count; ++looked) {
    const probabilities = run.predict(imageAt(test, looked));
    const label = test.labels[looked]!;
    const read = best(probabilities);
    ++confusion[label]![read]!;
    if (read !== label && images.length < kMostImages) {
      images.push({ index: looked, label, read, probability: probabilities[read]!, ofLabel: probabilities[label]! });
    }
    const now = performance.now();
    if (now - turned < kTurnMilliseconds) continue;
    if (now - begun > kMostMilliseconds) break;
    await turn();
    if (present() !== run) throw new Error('The network was replaced meanwhile.');
    turned = performance.now();
  }
  const pixels = joined(images.map(({ index }) => imageAt(test, index)));
  return { step: run.step, looked: Math.min(looked + 1, count), count, confusion, images, pixels };
}
