// SPDX-License-Identifier: MIT
//
// Recipes made to reach an accuracy soon: one short cycle of the learning rate, then one test. They were chosen on held-out training
// images (the last 10,000), so that the test set only measures.

import { markdownTable } from '../../tools/support/markdown.mjs';
import { decimal, range } from './figures.mjs';
import { machineInWords } from './options.mjs';

const trainImages = 60_000;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** goal: test accuracy 0..1, which the median of the seeds is meant to reach; limit: the seconds it is meant to take at most. */
export const allRaces = [
  {
    id: 'tinycnn-98',
    model: 'tinycnn',
    goal: 0.98,
    limit: 0.7,
    batchSize: 32,
    epochs: 0.85,
    learningRate: 0.02,
    labelSmoothing: 0.15,
    pctStart: 0.1,
  },
  {
    id: 'any-99',
    model: 'conv2-10k',
    goal: 0.99,
    limit: 3.5,
    batchSize: 32,
    epochs: 1.5,
    learningRate: 0.008,
    labelSmoothing: 0.1,
    pctStart: 0.2,
  },
  {
    id: 'any-99.4',
    model: 'conv4-21k',
    goal: 0.994,
    limit: 15,
    batchSize: 32,
    epochs: 3,
    learningRate: 0.004,
    labelSmoothing: 0.1,
    pctStart: 0.2,
    augment: { degrees: 8, translate: [0.04, 0.04], scale: [0.94, 1.06], shear: 5 },
  },
];

/** { session, steps }: what createSession needs, and for how many steps to train. */
export function raceOptions(race, seed) {
  const { model, batchSize, epochs, learningRate, labelSmoothing, pctStart, augment } = race;
  const totalSteps = Math.round(epochs * Math.ceil(trainImages / batchSize));
  return {
    session: {
      model,
      seed,
      batchSize,
      optimizer: { type: 'adam', learningRate },
      schedule: { type: 'oneCycle', totalSteps, pctStart },
      loss: { type: 'crossEntropy', labelSmoothing },
      ...(augment && { augment }),
    },
    steps: totalSteps,
  };
}

export const timesTable = ({ races }) =>
  races.map((race) => ({
    model: race.model,
    'test accuracy': `${Number((100 * race.goal).toFixed(1))} %`,
    seconds: range(race.seconds, decimal(2)),
    'mean accuracy': `${(100 * mean(race.runs.map(({ accuracy }) => accuracy))).toFixed(2)} %`,
    'reached by': `${race.reached} of ${race.runs.length} seeds`,
    'at most': `${race.limit} s`,
    recipe:
      `Adam, one cycle to ${race.learningRate}, label smoothing ${race.labelSmoothing}, ${race.augment ? 'augmentation, ' : ''}` +
      `batch ${race.batchSize}, ${race.epochs} epochs`,
  }));

/** For docs/benchmarks.md. */
export const timesText = (report) =>
  [
    `Time from an open page, its data in memory, to a test accuracy on MNIST in Chromium, ${report.threads} threads: the whole of a short recipe and ` +
      `one test of 10,000 images. Median (min – max) over seeds 1 to ${report.seeds} as they come, on ${machineInWords(report.machine)}:`,

    markdownTable(timesTable(report)),
  ].join('\n\n');
