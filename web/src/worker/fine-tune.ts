// SPDX-License-Identifier: MIT
//
// Has a network learn a visitor's own digits in seconds. Images that it was trained on before are mixed in, so that it does not forget:
// a network that sees a few drawings only would soon read nothing else. Yields between steps, so that the worker always listens.

import { Pace } from './pace';
import { turn } from './turn';
import { imageSize, side } from '../shared/dataset';
import type { Engine, NamedTensor, Session } from 'tinycnn';
import type { LabelledSet } from '../shared/dataset';
import type { LabelledStrokes } from '../shared/protocol';
import type { TrainingData } from './data/held-data';

/** How many training images, and how many of the visitor's: each of those is used many times, augmented differently. */
const oldImages = 3000;
const ownImages = 1500;
const epochs = 3;
const batch = 32;
const maxSteps = 50;
const augment = { degrees: 8, translate: [0.04, 0.04], scale: [0.94, 1.06], shear: 5 } as const;

/** Rendered, with labels that index the classes. */
export function imagesOf(engine: Engine, digits: readonly LabelledStrokes[], classes: readonly string[]): LabelledSet {
  const labels = digits.map(({ label }) => classes.indexOf(String(label)));
  if (digits.length === 0) throw new Error('You have not kept any digits yet.');
  if (labels.includes(-1)) throw new Error('Your digits can be learned only while the classes of the data are digits.');
  const images = new Uint8Array(digits.length * imageSize);
  digits.forEach(({ strokes }, i) => {
    images.set(engine.renderStrokes(strokes).pixels, i * imageSize);
  });
  return { images, labels: Uint8Array.from(labels), height: side, width: side };
}

/** `count` images: a sample at equal distances where there are more, again and again where there are fewer. */
function pick({ images, labels }: LabelledSet, count: number, again: boolean): LabelledSet {
  const total = again ? Math.max(count, labels.length) : Math.min(count, labels.length);
  const at = (i: number): number => (again ? i % labels.length : Math.floor((i * labels.length) / total));
  const picked = new Uint8Array(total * imageSize);
  for (let i = 0; i < total; ++i) {
    picked.set(images.subarray(at(i) * imageSize, (at(i) + 1) * imageSize), i * imageSize);
  }
  const pickedLabels = Uint8Array.from({ length: total }, (_, i) => labels[at(i)]!);
  return { images: picked, labels: pickedLabels, height: side, width: side };
}

function joined(a: LabelledSet, b: LabelledSet): LabelledSet {
  const images = new Uint8Array(a.images.length + b.images.length);
  images.set(a.images);
  images.set(b.images, a.images.length);
  return { images, labels: Uint8Array.from([...a.labels, ...b.labels]), height: side, width: side };
}

/** How many of the images a network classifies correctly. */
export function countCorrect(session: Session, { images, labels }: LabelledSet): number {
  return labels.reduce((correct, label, i) => {
    const probabilities = session.predict(images.subarray(i * imageSize, (i + 1) * imageSize));
    return correct + (probabilities.indexOf(Math.max(...probabilities)) === label ? 1 : 0);
  }, 0);
}

/** `weights`, trained further on `own` as well. Null once `goes` no longer holds. */
export async function fineTuned(
  engine: Engine,
  model: string,
  { data, own, weights }: { data: TrainingData; own: LabelledSet; weights: NamedTensor[] },
  goes: () => boolean,
): Promise<NamedTensor[] | null> {
  const train = joined(pick(data.train, oldImages, false), pick(own, ownImages, true));
  const steps = epochs * Math.ceil(train.labels.length / batch);
  const session = engine.createSession({
    model,
    seed: 1,
    batchSize: batch,
    optimizer: { type: 'adam', learningRate: 1e-3 },
    schedule: { type: 'cosine', totalSteps: steps },
    augment: { ...augment, translate: [...augment.translate], scale: [...augment.scale] },
    classNames: data.classes,
  });
  try {
    session.setData('train', train);
    session.setParameters(weights);
    const pace = new Pace(maxSteps);
    while (session.step < steps) {
      const from = performance.now();
      const chunk = Math.min(pace.units, steps - session.step);
      session.trainSteps(chunk);
      pace.learn(chunk, performance.now() - from);
      await turn();
      if (!goes()) return null;
    }
    return session.parameters();
  } finally {
    session.dispose();
  }
}
