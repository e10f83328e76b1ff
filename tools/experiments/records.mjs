// SPDX-License-Identifier: MIT
// The zoo's networks that reach an accuracy on MNIST with few parameters: what they were made for, what others have published, and the table
// of what they reach.
import { meanAndDeviation, percent, timeOf } from './accuracies.mjs';

/** `target`: a mean test accuracy, 0..1. `published`: the fewest parameters with which others have reached it, in a single best run. */
export const records = [
  { id: 'sep-572', target: 0.98, published: '575 parameters' },
  { id: 'sep-3914', target: 0.994, published: '7,070 parameters' },
  { id: 'sep-6610', target: 0.995, published: '8,900 parameters' },
];

/** What runs reached in the end. One that diverged counts as 0. */
const accuraciesOf = (runs) => runs.map(({ accuracies, divergence }) => (divergence ? 0 : accuracies.at(-1)));

const range = (accuracies) =>
  accuracies.length === 0 ? '–' : `${percent(Math.min(...accuracies))} to ${percent(Math.max(...accuracies))} %`;

/** One row; `runs` may be fewer than `seeds`, the runs that there should be. */
export function recordRow({ target, published }, entry, runs, seeds) {
  const accuracies = accuraciesOf(runs);
  const missing = runs.length > 0 && runs.length < seeds ? ` (${runs.length} of ${seeds} seeds)` : '';
  return {
    target: `${percent(target, Number.isInteger(target * 100) ? 0 : 1)} %`,
    model: entry.id,
    parameters: entry.parameters.toLocaleString('en'),
    'test accuracy': `${meanAndDeviation(accuracies)}${missing}`,
    'lowest to highest': range(accuracies),
    'time a run': timeOf(runs),
    'published, best run': published,
  };
}

const recipeOf = ({ id, bestRecipe: { title, epochs } }) => `- ${id}: ${title}, ${epochs} epochs.`;

/** What a reader must know of the table; `machine` in words, `trained`: how many of the runs this call has made. */
export function recordNotes(rows, { seeds, machine, trained }) {
  const runs = rows.flatMap((row) => row.runs);
  const native = runs.filter(({ build }) => build === 'native').length;
  return [
    `Test accuracy on MNIST after the last epoch, as it is: mean ± standard deviation over the seeds 1 to ${seeds} as they come. A run that diverges counts as 0. ` +
      'Parameters are those that are trained: of a batch norm its weight and bias, not its running statistics. Times are wall-clock, of the fastest run.',
    '',
    ...rows.map(({ entry }) => recipeOf(entry)),
    '',
    `${runs.length} runs on ${machine}, ${native} of them native and ${runs.length - native} in WebAssembly, which give the same bits; ${runs.length - trained} are from earlier calls of the command.`,
  ].join('\n');
}
