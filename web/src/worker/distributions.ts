// SPDX-License-Identifier: MIT
//
// The distribution of each layer's weights, and of the gradients that a few training images, always the same, give them. Loaded when somebody
// looks.

import { histogramOf } from '../math/histogram';
import { imageSize } from '../shared/dataset';
import { turn } from './turn';
import type { NamedTensor } from 'tinycnn';
import type { Distributions } from '../shared/protocol-insight';
import type { TrainingData } from './data/held-data';
import type { Run } from './run';

/** Images whose loss the gradients are of: fewer where the network is so large that they would take long. */
const maxImages = 64;
const minImages = 8;
const multiplyAdds = 6e7;

const imagesFor = (macs: number): number =>
  Math.max(minImages, Math.min(maxImages, 8 * Math.floor(multiplyAdds / macs / 8)));

/** `count` training images, evenly picked. */
function batchOf({ train }: TrainingData, count: number): { images: Uint8Array; labels: Uint8Array } {
  const total = train.labels.length;
  const size = Math.min(count, total);
  const images = new Uint8Array(size * imageSize);
  const labels = new Uint8Array(size);
  for (let i = 0; i < size; ++i) {
    const at = Math.floor((i * total) / size);
    images.set(train.images.subarray(at * imageSize, (at + 1) * imageSize), i * imageSize);
    labels[i] = train.labels[at]!;
  }
  return { images, labels };
}

const trained = /\.(weight|bias)$/;

const dataOf = (tensors: readonly NamedTensor[], layer: string): Float32Array[] =>
  tensors
    .filter(({ name }) => name.startsWith(`${layer}.`) && trained.test(name) && name.indexOf('.') === layer.length)
    .map(({ data }) => data);

export async function distributions(present: () => Run | null): Promise<Distributions | null> {
  const run = present();
  if (run === null) return null;
  // Gradients would drop a mini-batch that is trained in slices.
  while (run.training.midStep) {
    await turn();
    if (present() !== run) return null;
  }
  const from = performance.now();
  const { data } = run;
  const { session, step } = run.shown;
  const { layers, macs } = session.summary;
  const batch = data === null ? null : batchOf(data, imagesFor(macs));
  const gradients = batch === null ? null : session.gradients(batch.images, batch.labels);
  const parameters = session.parameters({ averaged: true });
  const learning = layers.filter((layer) => layer.parameters > 0);
  return {
    step,
    images: batch?.labels.length ?? 0,
    layers: learning.map(({ name }) => ({
      name,
      weights: histogramOf(dataOf(parameters, name)),
      gradients: gradients === null ? null : histogramOf(dataOf(gradients, name)),
    })),
    milliseconds: performance.now() - from,
  };
}
