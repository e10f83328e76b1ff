// SPDX-License-Identifier: MIT
//
// UMAP, uniform manifold approximation and projection (McInnes, Healy, Melville, 2018): images are moved in the plane until each lies beside
// those that are its nearest neighbours in all numbers. Starting from the principal components keeps what these say of the groups (Kobak,
// Linderman, 2021). The same rows give the same arrangement.

import { UMAP } from 'umap-js';
import { nearestNeighbours } from '../../math/neighbours';
import { seededUniforms } from '../../math/random';
import type { ArrangeAsk, Arranged } from '../../shared/protocol-umap';

/** Of each image, itself among them. */
const neighbours = 15;
const epochs = 300;
/** Farther apart than by default, so that images can be told apart within a group. */
const minDist = 0.6;
/** Where the outermost start lies, as in umap-learn. */
const radius = 10;
/** Moves apart what starts at one place. */
const jitter = 1e-4;
const reportEvery = 5;

/** At least three rows; `report` is told where they have come to. */
export function arrange({ rows, units, start }: ArrangeAsk, report: (soFar: Arranged) => void): Arranged {
  const count = rows.length / units;
  if (count < 3) throw new Error(`Expected at least 3 images, got ${count}.`);
  const random = seededUniforms(0x9e3779b1);
  const nNeighbors = Math.min(neighbours, count - 1);
  const umap = new UMAP({ nNeighbors, nEpochs: epochs, minDist, random });
  const { indices, distances } = nearestNeighbours(rows, units, nNeighbors);
  umap.setPrecomputedKNN(indices, distances);
  umap.initializeFit(Array.from({ length: count }, (_, i) => [...rows.subarray(i * units, (i + 1) * units)]));
  const places = umap.getEmbedding();
  const scale = radius / start.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  for (const [i, place] of places.entries()) {
    for (const axis of [0, 1] as const) place[axis] = scale * start[2 * i + axis]! + jitter * random();
  }
  const now = (epoch: number): Arranged => ({ points: Float32Array.from(places.flat()), epoch, epochs });
  report(now(0));
  for (let epoch = 1; epoch <= epochs; ++epoch) {
    umap.step();
    if (epoch % reportEvery === 0) report(now(epoch));
  }
  return now(epochs);
}
