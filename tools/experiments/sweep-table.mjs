// SPDX-License-Identifier: MIT
// What a sweep has found, as a table.
import { markdownTable } from '../support/markdown.mjs';

const percent = (accuracy) => `${(100 * accuracy).toFixed(2)} %`;
const shown = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** The best trials of a sweep so far, the best first. */
export function rankingTable(progress, count) {
  const { score } = progress.sweep;
  return markdownTable(
    progress.ranking.slice(0, count).map((result, place) => ({
      place: String(place + 1),
      ...Object.fromEntries(
        Object.entries(result.values).map(([path, value]) => [path.split('.').at(-1), shown(value)]),
      ),
      accuracy: result.divergence ? `diverged: ${result.divergence}` : percent(result.accuracy),
      ...(score === 'accuracySquaredPerSecond' && {
        'accuracy² / s': (result.accuracy ** 2 / Math.max(result.seconds, 1e-3)).toFixed(2),
      }),
      epochs: String(Number(result.epochs.toFixed(3))),
      seconds: result.seconds.toFixed(2),
      parameters: result.parameters.toLocaleString('en'),
      'multiply-adds': result.macs.toLocaleString('en'),
      weights: result.weights,
    })),
  );
}

/** Mean and spread (standard deviation) of the accuracy over the seeds, for all other settings that vary, the best first. */
export function seedsTable(progress) {
  const groups = new Map();
  for (const { values, accuracy } of progress.ranking) {
    const others = Object.fromEntries(Object.entries(values).filter(([path]) => path !== 'seed'));
    const key = JSON.stringify(others);
    groups.set(key, [...(groups.get(key) ?? []), { others, accuracy }]);
  }
  const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const rows = [...groups.values()].map((runs) => {
    const accuracies = runs.map(({ accuracy }) => accuracy);
    const average = mean(accuracies);
    const spread = Math.sqrt(mean(accuracies.map((each) => (each - average) ** 2)));
    return { ...runs[0], average, spread, count: runs.length };
  });
  return markdownTable(
    rows
      .sort((a, b) => b.average - a.average)
      .map(({ others, average, spread, count }) => ({
        ...Object.fromEntries(
          Object.entries(others).map(([path, value]) => [path.replace('optimizer.', ''), shown(value)]),
        ),
        accuracy: `${percent(average)} ± ${(100 * spread).toFixed(2)}`,
        seeds: String(count),
      })),
  );
}
