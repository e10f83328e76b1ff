// SPDX-License-Identifier: MIT
//
// Has a network learn a visitor's own digits in seconds. Images that it was trained on before are mixed in, so that it does not forget:
// a network that sees a few drawings only would soon read nothing else. Yields between steps, so that the worker always listens.

import { argmax } from '../math/argmax';
import { evenly, repeated } from './data/pick';
import { Evaluator, whole } from './evaluator';
import { fineTuningOptions, trainOn } from './train-on';
import { imageSize, side } from '../shared/dataset';
import type { Engine, LossOptions, ModelSpec, NamedTensor, Normalization, Session } from 'tinycnn';
import type { LabelledSet } from '../shared/dataset';
import type { FineTuned, LabelledStrokes } from '../shared/protocol';
import type { Run } from './run';
import type { TrainingData } from './data/held-data';

/** How many training images, and how many of the visitor's: each of those is used many times, augmented differently. */
const oldImages = 3000;
const ownImages = 1500;
const epochs = 3;
const batch = 32;
/** Enough to see whether what was known is forgotten. */
const testedImages = 2000;

/** Rendered, with labels that index the classes. */
function imagesOf(engine: Engine, digits: readonly LabelledStrokes[], classes: readonly string[]): LabelledSet {
  const labels = digits.map(({ label }) => classes.indexOf(String(label)));
  if (digits.length === 0) throw new Error('You have not kept any digits yet.');
  if (labels.includes(-1)) throw new Error('Your digits can be learned only while the classes of the data are digits.');
  const images = new Uint8Array(digits.length * imageSize);
  digits.forEach(({ strokes }, i) => {
    images.set(engine.renderStrokes(strokes).pixels, i * imageSize);
  });
  return { images, labels: Uint8Array.from(labels), height: side, width: side };
}

function joined(a: LabelledSet, b: LabelledSet): LabelledSet {
  const images = new Uint8Array(a.images.length + b.images.length);
  images.set(a.images);
  images.set(b.images, a.images.length);
  return { images, labels: Uint8Array.from([...a.labels, ...b.labels]), height: side, width: side };
}

/** How many of the images a network classifies correctly. */
function countCorrect(session: Session, { images, labels }: LabelledSet): number {
  return labels.reduce((correct, label, i) => {
    const probabilities = session.predict(images.subarray(i * imageSize, (i + 1) * imageSize));
    return correct + (argmax(probabilities) === label ? 1 : 0);
  }, 0);
}

interface Network {
  spec: ModelSpec;
  weights: NamedTensor[];
  normalize: Normalization;
  loss: LossOptions;
}

/** The network's weights, trained further on `own` as well. Null once `goes` no longer holds. */
async function fineTuned(
  engine: Engine,
  { spec, weights, normalize, loss }: Network,
  { data, own }: { data: TrainingData; own: LabelledSet },
  goes: () => boolean,
): Promise<NamedTensor[] | null> {
  const train = joined(evenly(data.train, oldImages), repeated(own, ownImages));
  const steps = epochs * Math.ceil(train.labels.length / batch);
  const session = engine.createSession({
    ...fineTuningOptions({ normalize, loss, steps, batchSize: batch }),
    model: spec,
    classNames: data.classes,
  });
  try {
    session.setData('train', train);
    session.setParameters(weights);
    return (await trainOn(session, steps, goes)) ? session.parameters() : null;
  } finally {
    session.dispose();
  }
}

/** Has the network learn a visitor's digits as well; the run is at the same step as before. Throws once `current` is another run. */
export async function learnDigits(
  engine: Engine,
  run: Run,
  digits: readonly LabelledStrokes[],
  current: () => Run | null,
): Promise<FineTuned> {
  const { data, session } = run;
  if (data === null) throw new Error('The data are still loading.');
  const own = imagesOf(engine, digits, data.classes);
  await run.training.whenIdle();
  const interrupted = new Error('Learning your digits was interrupted by another action.');
  if (run.isOver) throw interrupted;
  const { step } = run;
  const goes = () => current() === run && run.step === step && !run.training.running;
  const tested = Math.min(testedImages, data.test.labels.length);
  const test = await new Evaluator().run(session, 'test', whole(tested), goes, () => undefined);
  if (test === null) throw interrupted;
  const read = countCorrect(session, own);
  const weights = session.parameters({ averaged: true });
  const network = { spec: session.spec, weights, normalize: run.normalize, loss: run.loss };
  const tuned = await fineTuned(engine, network, { data, own }, goes);
  if (tuned === null) throw interrupted;
  await run.replaceWeights(tuned, 'This network has learned your own digits, which no link can bring.');
  const { predicted } = run;
  if (predicted === null) throw new Error('Your digits were learned, but the test was interrupted by another action.');
  const correct = predicted.subarray(0, tested).filter((label, i) => label === data.test.labels[i]).length;
  return {
    count: digits.length,
    read: { before: read, after: countCorrect(session, own) },
    accuracy: { before: test.accuracy, after: correct / tested },
  };
}
