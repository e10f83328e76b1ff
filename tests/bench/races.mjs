// SPDX-License-Identifier: MIT
//
// Recipes made to reach an accuracy soon: one short cycle of the learning rate, tested only where it may be there.

import { markdownTable } from '../../tools/support/markdown.mjs';
import { decimal, range } from './figures.mjs';
import { machineInWords } from './options.mjs';

const trainImages = 60_000;

/** goal: test accuracy 0..1; limit: the seconds it is meant to take at most; tests: when, as shares of the whole recipe. */
export const allRaces = [
  {
    id: 'tinycnn-98',
    model: 'tinycnn',
    goal: 0.98,
    limit: 6,
    batchSize: 32,
    epochs: 1.5,
    learningRate: 0.012,
    pctStart: 0.3,
    tests: [0.8, 0.85, 0.9, 0.95, 1],
  },
  {
    id: 'any-99',
    model: 'conv2-24k',
    goal: 0.99,
    limit: 20,
    batchSize: 32,
    epochs: 3,
    learningRate: 0.006,
    pctStart: 0.2,
    tests: [0.8, 0.85, 0.9, 0.95, 1],
  },
];

/** What createSession and the tests need. */
export function raceOptions({ model, batchSize, epochs, learningRate, pctStart, tests }, seed) {
  const totalSteps = Math.round(epochs * Math.ceil(trainImages / batchSize));
  return {
    session: {
      model,
      seed,
      batchSize,
      optimizer: { type: 'adam', learningRate },
      schedule: { type: 'oneCycle', totalSteps, pctStart },
    },
    tests: tests.map((share) => Math.round(share * totalSteps)),
  };
}

export const timesTable = ({ races }) =>
  races.map((race) => ({
    model: race.model,
    'test accuracy': `${(100 * race.goal).toFixed(0)} %`,
    seconds: race.seconds ? range(race.seconds, decimal(2)) : '',
    'reached by': `${race.reached} of ${race.runs.length} seeds`,
    'at most': `${race.limit} s`,
    recipe: `Adam, one cycle to ${race.learningRate}, batch ${race.batchSize}, ${race.epochs} epochs`,
  }));

/** For docs/benchmarks.md. */
export const timesText = (report) =>
  [
    `Time from an open page, its data in memory, to a test accuracy on MNIST in Chromium, ${report.threads} threads, tests included; median ` +
      `(least – most) over ${report.seeds} seeds, on ${machineInWords(report.machine)}:`,
    markdownTable(timesTable(report)),
  ].join('\n\n');
