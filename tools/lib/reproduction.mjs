// SPDX-License-Identifier: MIT
// How reproduced figures are written down.

const percent = (share) => (100 * share).toFixed(2);

/** "98.23 ± 0.07 %": mean and, for more than one, half the range of accuracies 0..1. */
export function spread(accuracies) {
  const mean = accuracies.reduce((sum, each) => sum + each, 0) / accuracies.length;
  if (accuracies.length === 1) return `${percent(mean)} %`;
  const half = (Math.max(...accuracies) - Math.min(...accuracies)) / 2;
  return `${percent(mean)} ± ${percent(half)} %`;
}

/** Rows that are objects with the same keys, as a Markdown table. */
export function markdownTable(rows) {
  const keys = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(keys), line(keys.map(() => '---')), ...rows.map((row) => line(keys.map((key) => row[key])))].join('\n');
}
