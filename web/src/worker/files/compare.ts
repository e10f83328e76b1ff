// SPDX-License-Identifier: MIT
//
// A network beside the same one changed, on test images: slice after slice, so that what is known can be told, and other work comes between.

import { imageSize } from '../../shared/dataset';
import { Pace } from '../pace';
import { turn } from '../turn';
import type { LabelledSet } from '../../shared/dataset';
import type { ChangedDigit, Comparison } from '../../shared/protocol-files';

/** More changed digits than these are counted only. */
const maxChanged = 40;
const maxImages = 500;
/** What is known so far is told about so often. */
const sliceMilliseconds = 100;

/** The classes of test images `first` to `first + size`, whose pixels these are. */
type Predict = (first: number, size: number, images: Uint8Array) => Record<'before' | 'after', ArrayLike<number>>;

function note(known: Comparison, change: Omit<ChangedDigit, 'pixels'>, { images }: LabelledSet): void {
  ++known.changes;
  if (known.changed.length >= maxChanged) return;
  const at = change.index * imageSize;
  known.changed.push({ ...change, pixels: images.slice(at, at + imageSize) });
}

function withSlice(known: Comparison, test: LabelledSet, size: number, predict: Predict): Comparison {
  const { images, labels } = test;
  const first = known.count;
  const answers = predict(first, size, images.subarray(first * imageSize, (first + size) * imageSize));
  const next = { ...known, correct: { ...known.correct }, changed: [...known.changed], count: first + size };
  for (let i = 0; i < size; ++i) {
    const [index, before, after] = [first + i, answers.before[i]!, answers.after[i]!];
    const label = labels[index]!;
    if (before === label) ++next.correct.before;
    if (after === label) ++next.correct.after;
    if (before !== after) note(next, { index, label, before, after }, test);
  }
  return next;
}

/** For no longer than so many seconds. */
export async function compareOn(
  test: LabelledSet,
  seconds: number,
  report: (soFar: Comparison) => void,
  predict: Predict,
): Promise<Comparison> {
  const total = test.labels.length;
  const pace = new Pace(maxImages);
  let known: Comparison = { count: 0, total, correct: { before: 0, after: 0 }, changes: 0, changed: [] };
  const end = performance.now() + 1000 * seconds;
  while (known.count < total && performance.now() < end) {
    const from = performance.now();
    const size = Math.min(pace.units, total - known.count);
    known = withSlice(known, test, size, predict);
    pace.learn(size, performance.now() - from, sliceMilliseconds);
    report(known);
    await turn();
  }
  return known;
}
