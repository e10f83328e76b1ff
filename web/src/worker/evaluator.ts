// SPDX-License-Identifier: MIT
//
// A split in slices, so that the worker listens between them. Gives up, with null, as soon as it is told that its run is over.

import type { Session, Split } from 'tinycnn';
import { Pace } from './pace';
import { turn } from './turn';
import type { Evaluation } from '../shared/protocol';

/** An evaluation, and the class of each image. */
type Measured = Pick<Evaluation, 'loss' | 'accuracy' | 'count' | 'confusion'> & { predicted: Uint8Array };

const maxImages = 2000;
/** Between two words of how far it is; a test that takes less than this needs none. */
const reportInterval = 200;

export class Evaluator {
  readonly #pace = new Pace(maxImages);

  async run(
    session: Session,
    split: Split,
    count: number,
    current: () => boolean,
    report: (done: number) => void,
  ): Promise<Measured | null> {
    let lossSum = 0;
    let correct = 0;
    let confusion: number[][] = [];
    const predicted = new Uint8Array(count);
    let reportedAt = performance.now();
    for (let first = 0; first < count;) {
      const size = Math.min(this.#pace.units, count - first);
      const from = performance.now();
      const part = session.evaluateRange(split, first, size);
      const now = performance.now();
      this.#pace.learn(size, now - from);
      lossSum += part.lossSum;
      correct += part.correct;
      predicted.set(part.predicted, first);
      confusion = part.confusion.map((row, t) => row.map((cell, p) => cell + (confusion[t]?.[p] ?? 0)));
      first += size;
      if (now - reportedAt > reportInterval) {
        report(first);
        reportedAt = now;
      }
      await turn();
      if (!current()) return null;
    }
    return { loss: lossSum / count, accuracy: correct / count, count, confusion, predicted };
  }
}
