// SPDX-License-Identifier: MIT
// How reproduced figures are written down: one table over the zoo, and notes below it.
import { mean, meanAndDeviation, percent, timeOf } from './accuracies.mjs';
import { readTable } from '../support/summary.mjs';
import { rateOf } from './recipe-runs.mjs';

/** Epochs at which a publication gives figures. */
const epochMilestones = { 'bn-gap-12k': [1, 5, 10, 15, 20] };

/** "diverges at step 2", "diverges at steps 8 to 11". */
function divergence(steps) {
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return `diverges at ${least === most ? `step ${least}` : `steps ${least} to ${most}`}`;
}

/** What a variant's runs came to; `runs` may be fewer than `seeds`, the runs that there should be. */
export function reached(runs, seeds) {
  if (runs.length === 0) return 'not run';
  const diverged = runs.filter((run) => run.divergence);
  const finished = runs.filter((run) => !run.divergence);
  const parts = [];
  if (finished.length > 0) parts.push(meanAndDeviation(finished.map((run) => run.accuracies.at(-1))));
  if (diverged.length > 0) parts.push(divergence(diverged.map((run) => run.divergence.step)));
  if (parts.length > 1) parts.push(`(${diverged.length} of ${runs.length} seeds)`);
  if (runs.length < seeds) parts.push(`(${runs.length} of ${seeds} seeds)`);
  return parts.join(' ');
}

/** Several published rates are told apart by them. */
function publishedCell(results, seeds) {
  if (results.length === 1) return reached(results[0].runs, seeds);
  return results.map(({ variant, runs }) => `rate ${rateOf(variant)}: ${reached(runs, seeds)}`).join('; ');
}

/** One row; `results`: { variant, runs } of each of variantsOf(entry). */
export function rowOf(entry, results, seeds) {
  const published = results.filter(({ variant }) => variant.kind === 'published');
  const best = results.find(({ variant }) => variant.kind === 'best') ?? published[0];
  return {
    model: entry.id,
    parameters: entry.parameters.toLocaleString('en'),
    published: entry.published,
    'its recipe reaches': publishedCell(published, seeds),
    'our recipe reaches': reached(best.runs, seeds),
    'time a run, its / ours': `${timeOf(published[0].runs)} / ${timeOf(best.runs)}`,
  };
}

function milestones(entry, results) {
  const runs = results[0].runs;
  const trained = Math.min(...runs.map((run) => run.accuracies.length));
  const epochs = (epochMilestones[entry.id] ?? []).filter((epoch) => epoch <= trained);
  if (epochs.length === 0 || runs.length === 0) return [];
  const figures = epochs.map((epoch) => percent(mean(runs.map((run) => run.accuracies[epoch - 1]))));
  return [`- ${entry.id} with its recipe after epochs ${epochs.join(', ')}: ${figures.join(', ')} %.`];
}

function recipes({ id, recipe, bestRecipe }, results) {
  const words = ({ title, epochs }) => `${title}, ${epochs} epoch${epochs === 1 ? '' : 's'}`;
  const ours = results.some(({ variant }) => variant.kind === 'best') ? words(bestRecipe) : 'the same';
  return `- ${id}: ${words(recipe)}. Ours: ${ours}.`;
}

/** What a document says of a model already: { row, words }, or null where it does not know it. `section`: as written by an earlier call. */
export function earlier(section, id) {
  const row = readTable(section, ['model', 'our recipe reaches']).find(({ model }) => model === id);
  const isOfModel = (line) => line.startsWith(`- ${id}: `) || line.startsWith(`- ${id} with `);
  return row === undefined ? null : { row, words: section.split('\n').filter(isOfModel) };
}

/** What a reader must know of the table; `machine` in words. Rows with `words` are an earlier call's. */
export function notes(rows, { seeds, machine, keptCount, runCount }) {
  const builds = rows.flatMap(({ results = [] }) => results.flatMap(({ runs }) => runs.map((run) => run.build)));
  const native = builds.filter((build) => build === 'native').length;
  const list = rows.flatMap(
    ({ entry, results, words }) => words ?? [recipes(entry, results), ...milestones(entry, results)],
  );
  const others = rows.filter(({ words }) => words !== undefined).map(({ row }) => row.model);
  return [
    `Test accuracy on MNIST after the last epoch, as it is: ${seeds === 1 ? 'of seed 1' : `mean ± standard deviation over the seeds 1 to ${seeds} as they come`}. Steps count from 0; times are wall-clock, of the fastest run.`,
    '',
    ...list,
    '',
    `${runCount} runs on ${machine}, ${native} of them native and ${builds.length - native} in WebAssembly, which give the same bits. ` +
      `${keptCount} are from earlier calls of the command; a run is stored as long as its recipe, and weights and loss after three steps of it, stay the same.` +
      (others.length === 0 ? '' : ` The rows of ${others.join(', ')} stand as an earlier call has written them.`),
  ].join('\n');
}
