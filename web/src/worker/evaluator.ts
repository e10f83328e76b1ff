// SPDX-License-Identifier: MIT
//
// The test set in slices, so that the worker listens between them. Gives up, with null, as soon as it is told that its run is over.

import type { Session } from 'tinycnn';
import { Pace } from './pace';
import { turn } from './turn';
import type { Evaluation } from '../protocol';

const kMostImages = 2000;

/** An evaluation, and the class of each image. */
export interface Evaluated {
  evaluation: Evaluation;
  predicted: Uint8Array;
}

export class Evaluator {
  readonly #pace = new Pace(kMostImages);

  async run(
    session: Session,
    count: number,
    current: () => boolean,
    report: (done: number) => void,
  ): Promise<Evaluated | null> {
    let lossSum = 0;
    let correct = 0;
    let confusion: number[][] = [];
    const predicted = new Uint8Array(count);
    for (let first = 0; first < count;) {
      const size = Math.min(this.#pace.units, count - first);
      const from = performance.now();
      const part = session.evaluateRange('test', first, size);
      this.#pace.learn(size, performance.now() - from);
      lossSum += part.lossSum;
      correct += part.correct;
      predicted.set(part.predicted, first);
      confusion = part.confusion.map((row, t) => row.map((cell, p) => cell + (confusion[t]?.[p] ?? 0)));
      first += size;
      report(first);
      await turn();
      if (!current()) return null;
    }
    const step = session.step;
    const epoch = Math.floor(step / session.stepsPerEpoch);
    return {
      evaluation: { step, epoch, loss: lossSum / count, accuracy: correct / count, count, confusion },
      predicted,
    };
  }
}
