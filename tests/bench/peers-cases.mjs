// SPDX-License-Identifier: MIT
//
// What is compared with peers: models, batch sizes, and how many times as fast as a peer each is meant to be.

import { bestName, channelsLast, genann, installed, twoThreads } from './peer-names.mjs';
import { keyOf, sessionOptions } from './runs.mjs';

const allCases = [
  { model: 'tinycnn', batchSize: 16, targets: { [twoThreads]: 1.7, [installed]: 6, [bestName]: 3.4 } },
  { model: 'tinycnn', batchSize: 128, targets: { [twoThreads]: 1.85, [bestName]: 3 } },
  { model: 'bn-gap-12k', batchSize: 128, targets: { [bestName]: 1, [channelsLast]: 1 } },
  { model: 'residual-8k', batchSize: 32, targets: { [bestName]: 1.8 } },
  { model: 'sigmoid-mlp', batchSize: 1, targets: { [genann]: 1.5 } },
];

/** The cases of the table, or TinyCNN at other batch sizes; only those of `models`, if any are named. */
export function chooseCases(batchSizes, models) {
  const cases = batchSizes
    ? batchSizes.map(
        (batchSize) =>
          allCases.find((each) => each.model === 'tinycnn' && each.batchSize === batchSize) ?? {
            model: 'tinycnn',
            batchSize,
            targets: {},
          },
      )
    : allCases;
  return models ? cases.filter(({ model }) => models.includes(model)) : cases;
}

/** A case with all that peers need to train it: `run` for the package, the rest for the others. */
export function subjectOf(zoo, { model, batchSize, targets }) {
  const run = { model, recipe: 'recipe', batchSize };
  const { optimizer, schedule, loss } = sessionOptions(zoo, run);
  const { spec } = zoo.find(({ id }) => id === model);
  // without its schedule a rate that is a cycle's highest would be too high
  const factor = schedule.type === 'constant' ? 1 : 0.1;
  const constant = { ...optimizer, learningRate: factor * optimizer.learningRate };
  return { key: keyOf(run), run, model, spec, batchSize, optimizer: constant, loss, targets };
}
