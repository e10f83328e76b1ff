// SPDX-License-Identifier: MIT
// Letters from IDX files as EMNIST has them (labels from 1, images possibly transposed), and what a network of the zoo reaches on them,
// through the package alone.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SetupError } from '../support/report.mjs';

export const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** The network of the zoo that classified the most letters correctly, and how it is trained: its recommended recipe, with stronger augmentation,
 * because people's letters differ more than their digits do. */
export const bestFitting = {
  model: 'lenet5',
  epochs: 12,
  augment: { degrees: 12, translate: [0.06, 0.06], scale: [0.88, 1.12], shear: 12 },
};

const parts = { images: '-images-idx3-ubyte.gz', labels: '-labels-idx1-ubyte.gz' };

/** Names of the sets in a folder: [{ name, isTrain }], the training set first. Throws SetupError where there are none of both. */
export function findSets(folder) {
  if (!existsSync(folder)) throw new SetupError(`LETTERS_DIR names ${folder}, which does not exist.`);
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(parts.images))
    .map((file) => file.slice(0, -parts.images.length))
    .sort();
  // EMNIST's splits come in one folder.
  const ofLetters = names.filter((name) => /letters/.test(name));
  const sets = (ofLetters.length > 0 ? ofLetters : names).map((name) => ({ name, isTrain: /train/.test(name) }));
  const [train, ...more] = sets.filter(({ isTrain }) => isTrain);
  const tests = sets.filter(({ isTrain }) => !isTrain);
  if (train && more.length === 0 && tests.length > 0)
    return { train: train.name, tests: tests.map(({ name }) => name) };
  throw new SetupError(`${folder} should hold one training set and at least one test set as IDX files.`, [
    `Found: ${names.join(', ') || 'none'}. Names end with train${parts.images} and the like.`,
  ]);
}

/** One set with labels from 0, as it is stored. */
function readSet(engine, folder, name) {
  const read = (part) => gunzipSync(readFileSync(join(folder, `${name}${parts[part]}`)));
  const { labels } = engine.readIdxLabels(read('labels'), alphabet.length + 1);
  const wrong = labels.indexOf(0);
  if (wrong >= 0) throw new SetupError(`${name}: expected labels from 1 to 26, got 0 for image ${wrong}.`);
  return { ...engine.readIdxImages(read('images')), labels: labels.map((label) => label - 1) };
}

/** Trains the network on the training set and classifies every test set, each put upright: [{ name, transposed, count, accuracy }]. */
export function trainOnLetters({ engine, looksTransposed, transposeImages }, folder, options = {}) {
  const { model, epochs, augment, seed = 1, onEpoch = (_progress) => {} } = { ...bestFitting, ...options };
  const sets = findSets(folder);
  const stored = readSet(engine, folder, sets.train);
  const train = looksTransposed(stored) ? transposeImages(stored) : stored;
  const { bestRecipe } = engine.zoo.find(({ id }) => id === model);
  const totalSteps = epochs * Math.ceil(train.labels.length / bestRecipe.batchSize);
  const schedule = { ...bestRecipe.schedule, totalSteps };
  const session = engine.createSession({ ...bestRecipe, schedule, augment, model, seed, classNames: alphabet });
  try {
    session.setData('train', train);
    for (let epoch = 1; epoch <= epochs; ++epoch) {
      onEpoch({ epoch, epochs, ...session.trainSteps(session.stepsPerEpoch) });
    }
    return sets.tests.map((name) => {
      const asStored = readSet(engine, folder, name);
      const transposed = looksTransposed(asStored, train);
      session.setData('test', transposed ? transposeImages(asStored) : asStored);
      return { name, transposed, count: asStored.labels.length, ...session.evaluate('test') };
    });
  } finally {
    session.dispose();
  }
}
