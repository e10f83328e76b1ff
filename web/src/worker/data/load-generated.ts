// SPDX-License-Identifier: MIT
//
// Digits that the engine draws by itself, as pen strokes: the data set when there is no network and no file, and for who wants it. The
// same digits on every visit and every computer.

import { turn } from '../turn';
import { kImageSize, kSide } from '../../shared/dataset';
import { kDigitClasses } from '../../shared/published-datasets';
import { kGeneratedId, kGeneratedTitle } from '../../shared/generated';
import type { Engine } from 'tinycnn';
import type { Dataset, LabelledSet, ReportProgress } from '../../shared/dataset';

const kOrigin = 'this page';
/** As many as MNIST has, so that recipes mean the same. */
const kTrain = { seed: 1, count: 60_000 };
/** Drawn by another seed: other hands. */
const kTest = { seed: 2, count: 10_000 };
/** Some tens of milliseconds. */
const kAtOnce = 500;

async function draw(
  engine: Engine,
  { seed, count }: { seed: number; count: number },
  report: (done: number) => void,
): Promise<LabelledSet> {
  const images = new Uint8Array(count * kImageSize);
  const labels = new Uint8Array(count);
  for (let first = 0; first < count; first += kAtOnce) {
    const part = engine.generateDigits({ seed, first, count: Math.min(kAtOnce, count - first) });
    images.set(part.images, first * kImageSize);
    labels.set(part.labels, first);
    report(first + part.labels.length);
    await turn();
  }
  return { images, labels, height: kSide, width: kSide };
}

/** `inPlaceOf`: why another data set could not be had, one sentence after another; null where these were asked for. */
export async function loadGenerated(
  engine: Engine,
  inPlaceOf: string | null,
  report: ReportProgress,
): Promise<Dataset> {
  const progress = (received: number): void => {
    report({ phase: 'draw', received, total: kTrain.count + kTest.count, source: kOrigin });
  };
  const train = await draw(engine, kTrain, progress);
  const test = await draw(engine, kTest, (done) => {
    progress(kTrain.count + done);
  });
  return {
    ...{ id: kGeneratedId, title: kGeneratedTitle, classes: kDigitClasses, train, test, inPlaceOf },
    ...{ origin: kOrigin, kept: true, notKept: null, orientation: null },
    notes: ['Nobody wrote them: the page draws them stroke by stroke, in many hands, the same ones on every visit.'],
  };
}
