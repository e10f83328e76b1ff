// SPDX-License-Identifier: MIT
//
// A split, or a sample of it, in slices, so that the worker listens between them. Gives up, with null, as soon as it is told that its run
// is over.

import type { PartialEvaluation, Session, Split } from 'tinycnn';
import { Pace } from './pace';
import { turn } from './turn';
import type { Evaluation } from '../shared/protocol';

/** An evaluation, and the class of each image. */
type Measured = Pick<Evaluation, 'loss' | 'accuracy' | 'count' | 'confusion'> & { predicted: Uint8Array };

/** Samples `first` to `first + count - 1` of a split. */
export interface Range {
  first: number;
  count: number;
}

export const whole = (count: number): Range[] => [{ first: 0, count }];

/** Images that lie together: few, as neighbours in MNIST are by the same writer, and images in folders of the same class. */
const together = 8;

/** About `wanted` of `total` images, always the same, in ranges at equal distances; all of them where there are no more. */
export function evenSample(total: number, wanted: number): Range[] {
  if (total <= wanted) return whole(total);
  const ranges = Math.ceil(wanted / together);
  return Array.from({ length: ranges }, (_, i) => ({
    first: Math.floor((i * (total - together)) / Math.max(1, ranges - 1)),
    count: together,
  }));
}

const maxImages = 2000;
/** Between two words of how far it is; a test that takes less than this needs none. */
const reportInterval = 200;

class Sums {
  done = 0;
  #loss = 0;
  #correct = 0;
  #confusion: number[][] = [];
  readonly #predicted: Uint8Array;

  constructor(private readonly count: number) {
    this.#predicted = new Uint8Array(count);
  }

  add({ lossSum, correct, confusion, predicted }: PartialEvaluation): void {
    this.#loss += lossSum;
    this.#correct += correct;
    this.#confusion = confusion.map((row, t) => row.map((cell, p) => cell + (this.#confusion[t]?.[p] ?? 0)));
    this.#predicted.set(predicted, this.done);
    this.done += predicted.length;
  }

  measured(): Measured {
    const { count } = this;
    return {
      ...{ loss: this.#loss / count, accuracy: this.#correct / count, count },
      ...{ confusion: this.#confusion, predicted: this.#predicted },
    };
  }
}

export class Evaluator {
  readonly #pace = new Pace(maxImages);

  async run(
    session: Session,
    split: Split,
    ranges: readonly Range[],
    current: () => boolean,
    report: (done: number) => void,
  ): Promise<Measured | null> {
    const count = ranges.reduce((sum, range) => sum + range.count, 0);
    const sums = new Sums(count);
    let reportedAt = performance.now();
    for (const slice of this.#slices(ranges)) {
      const from = performance.now();
      for (const range of slice) sums.add(session.evaluateRange(split, range.first, range.count));
      const now = performance.now();
      this.#pace.learn(
        slice.reduce((sum, range) => sum + range.count, 0),
        now - from,
      );
      if (now - reportedAt > reportInterval) {
        report(sums.done);
        reportedAt = now;
      }
      await turn();
      if (!current()) return null;
    }
    return sums.measured();
  }

  /** The ranges in order, cut and put together as the pace has it. */
  *#slices(ranges: readonly Range[]): Generator<Range[]> {
    let slice: Range[] = [];
    let room = this.#pace.units;
    for (let { first, count } of ranges) {
      while (count > 0) {
        const size = Math.min(room, count);
        slice.push({ first, count: size });
        [first, count, room] = [first + size, count - size, room - size];
        if (room > 0) continue;
        yield slice;
        slice = [];
        room = this.#pace.units;
      }
    }
    if (slice.length > 0) yield slice;
  }
}
