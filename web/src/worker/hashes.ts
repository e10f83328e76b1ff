// SPDX-License-Identifier: MIT
//
// By what a run and its data are told from others. Loaded when it is asked for.

import { Fnv1a, hashOfWeights } from '../shared/fnv1a';
import { turn } from './turn';
import type { Dataset } from '../shared/dataset';
import type { Run } from './run';

/** Of the weights with which it predicts, which are those of the files that are exported of it. */
export function hashOf({ session }: Run): { step: number; hash: string } {
  return { step: session.step, hash: hashOfWeights(session.parameters({ averaged: true }).map(({ data }) => data)) };
}

/** Bytes between two moments at which the worker listens. */
const atOnce = 4_000_000;

export async function hashOfData({ train, test }: Dataset): Promise<string> {
  const hash = new Fnv1a();
  for (const bytes of [train.labels, train.images, test.labels, test.images]) {
    for (let first = 0; first < bytes.length; first += atOnce) {
      hash.add(bytes.subarray(first, first + atOnce));
      await turn();
    }
  }
  return hash.hex;
}
