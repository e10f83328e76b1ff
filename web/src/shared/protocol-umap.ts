// SPDX-License-Identifier: MIT
//
// What the page and the worker that arranges images say to each other.

export interface ArrangeAsk {
  /** The activations of one image after another. */
  rows: Float32Array;
  /** Numbers in a row. */
  units: number;
  /** [x, y] of each, from which they start. */
  start: Float32Array;
}

export interface Arranged {
  /** [x, y] of each. */
  points: Float32Array;
  epoch: number;
  epochs: number;
}

export interface UmapCalls {
  /** Reports where they have come to. */
  arrange: { ask: ArrangeAsk; answer: Arranged };
}
