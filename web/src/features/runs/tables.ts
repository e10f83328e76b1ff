// SPDX-License-Identifier: MIT
//
// All runs as a file: JSON with everything that is known of them but their weights, or a table with a line for each. Pure.

import { testedPoints, trainedPoints } from '../../state/comparison';
import type { Row } from './rows';

/** A run as the JSON file has it; loss in nats, accuracy 0..1. */
function entryOf({ listed, id, name, isPinned, parameters, macs, seconds, settings }: Row): object {
  const { log, step, data, spec, hash, known, network, savedAt } = listed.run;
  return {
    ...{ id, name, pinned: isPinned, saved: new Date(savedAt).toISOString(), network, spec, parameters, macs },
    data: { ...data.source, title: data.title, trainImages: data.trainCount, testImages: data.testCount },
    settings,
    ...{ begun: log.begun, rates: log.rates, unlike: log.unlike, step, seconds, weightsHash: hash },
    tests: known.evaluations.map((test) => ({
      ...{ step: test.step, epoch: test.epoch, loss: test.loss, accuracy: test.accuracy },
      ...{ training: test.training, validation: test.validation },
    })),
    curves: { training: trainedPoints(known), test: testedPoints(known) },
  };
}

export const runsJson = (rows: readonly Row[]): string =>
  `${JSON.stringify({ format: 'tinycnn-runs', version: 1, runs: rows.map(entryOf) }, null, 1)}\n`;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Spreadsheets take what begins like this for a formula. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const cell = (value: string | number | boolean | null | undefined): string =>
  value === null || value === undefined ? '' : quoted(typeof value === 'string' ? harmless(value) : String(value));

/** What a recipe's change is called, and the order of its columns. */
const changes = [
  ...(['optimizer', 'learningRate', 'batchSize', 'epochs', 'schedule', 'augmentation', 'synthetic'] as const),
  ...(['trainingImages', 'wrongLabels', 'cutout', 'mixup'] as const),
];

const columns: Readonly<Record<string, (row: Row) => string | number | boolean | null | undefined>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  network: ({ network }) => network,
  data: ({ data }) => data,
  test_accuracy: ({ accuracy }) => accuracy,
  test_loss: ({ listed }) => listed.run.known.evaluations.at(-1)?.loss,
  parameters: ({ parameters }) => parameters,
  multiply_adds: ({ macs }) => macs,
  seconds: ({ seconds }) => (seconds === null ? null : Number(seconds.toFixed(1))),
  step: ({ step }) => step,
  recipe: ({ settings }) => settings.recipe,
  seed: ({ settings }) => settings.seed,
  validation: ({ settings }) => settings.validation,
  ...Object.fromEntries(changes.map((name) => [name, ({ settings }: Row) => settings.changes[name]])),
  weights_hash: ({ listed }) => listed.run.hash,
  pinned: ({ isPinned }) => isPinned,
  saved: ({ listed }) => new Date(listed.run.savedAt).toISOString(),
};

/** Accuracy 0..1, loss in nats; what is not known, or is as in the recipe, is empty. */
export function runsCsv(rows: readonly Row[]): string {
  const lines = rows.map((row) => Object.values(columns).map((of) => cell(of(row))));
  return `${[Object.keys(columns), ...lines].map((line) => line.join(',')).join('\n')}\n`;
}
