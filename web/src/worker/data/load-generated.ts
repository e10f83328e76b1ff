// SPDX-License-Identifier: MIT
//
// Synthetic digits that the engine draws as pen strokes: the data set when no download and no file is available, or by choice. The
// same digits on every visit and every computer.

import { turn } from '../turn';
import { imageSize, side } from '../../shared/dataset';
import { digitClasses } from '../../shared/published-datasets';
import { generatedId, generatedTitle } from '../../shared/generated';
import type { Engine } from 'tinycnn';
import type { Dataset, LabelledSet, ReportProgress, Unavailable } from '../../shared/dataset';

const generatedOrigin = 'this page';
/** As many as MNIST has, so that recipes mean the same. */
const trainPart = { seed: 1, count: 60_000 };
/** Drawn by another seed: other hands. */
const testPart = { seed: 2, count: 10_000 };
/** Some tens of milliseconds. */
const atOnce = 500;

async function draw(
  engine: Engine,
  { seed, count }: { seed: number; count: number },
  report: (done: number) => void,
): Promise<LabelledSet> {
  const images = new Uint8Array(count * imageSize);
  const labels = new Uint8Array(count);
  for (let first = 0; first < count; first += atOnce) {
    const part = engine.generateDigits({ seed, first, count: Math.min(atOnce, count - first) });
    images.set(part.images, first * imageSize);
    labels.set(part.labels, first);
    report(first + part.labels.length);
    await turn();
  }
  return { images, labels, height: side, width: side };
}

/** `inPlaceOf`: the data set that could not be loaded; null where these digits were asked for. */
export async function loadGenerated(
  engine: Engine,
  inPlaceOf: Unavailable | null,
  report: ReportProgress,
): Promise<Dataset> {
  const progress = (received: number): void => {
    report({ phase: 'draw', received, total: trainPart.count + testPart.count, source: generatedOrigin });
  };
  const train = await draw(engine, trainPart, progress);
  const test = await draw(engine, testPart, (done) => {
    progress(trainPart.count + done);
  });
  return {
    ...{ id: generatedId, title: generatedTitle, classes: digitClasses, train, test, inPlaceOf },
    ...{ origin: generatedOrigin, kept: true, notKept: null, orientation: null },
    notes: ['The page draws them stroke by stroke in many styles of handwriting, the same digits on every visit.'],
  };
}
