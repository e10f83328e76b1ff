// SPDX-License-Identifier: MIT
//
// Counts the dead ReLUs of a network, on a few training images that are spread over all of them.

import { DeadUnitCounter } from '../math/dead-units';
import { imageSize } from '../shared/dataset';
import type { Session } from 'tinycnn';
import type { DeadUnits } from '../shared/protocol';
import type { LabelledSet } from '../shared/dataset';

/** So many images, or as many as take this many milliseconds: large networks take long for each. */
const most = 64;
const least = 16;
const milliseconds = 15;

export function deadUnits(session: Session, { images, labels }: LabelledSet): DeadUnits[] {
  if (!session.summary.layers.some(({ type }) => type === 'relu')) return [];
  const counter = new DeadUnitCounter();
  const count = Math.min(most, labels.length);
  const from = performance.now();
  for (let i = 0; i < count; ++i) {
    // spread over all images also where time is up early
    const at = Math.floor((((i * 37) % count) * labels.length) / count);
    counter.add(session.allActivations(images.subarray(at * imageSize, (at + 1) * imageSize)));
    if (i >= least && performance.now() - from > milliseconds) break;
  }
  return counter.counted();
}
