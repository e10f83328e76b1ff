// SPDX-License-Identifier: MIT
//
// What peers.mjs makes of its measurements: medians with their spread, the table, and the answer to --assert. A result is
// { name, batchSize, median, least, most, ratio: { median, least, most } }; the first of each batch size is TinyCNN's own.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (values) => ({ median: median(values), least: Math.min(...values), most: Math.max(...values) });

const whole = (value) => Math.round(value).toLocaleString('en');
const times = (value) => `${value.toFixed(2)} x`;
const range = ({ median: middle, least, most }, format) => `${format(middle)}  (${format(least)} – ${format(most)})`;

export function table(results) {
  const head = ['batch', 'peer', 'images a second (min – max)', 'TinyCNN is faster by (min – max)'];
  const rows = results.map((result, i) => [
    `${result.batchSize}`,
    result.name,
    range(result, whole),
    i > 0 && results[i - 1].batchSize === result.batchSize ? range(result.ratio, times) : '',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

/** What an --assert option asks and did not get, in words; null where it holds. */
export function shortfall(results, name, wanted) {
  if (wanted === undefined) return null;
  const { ratio, batchSize } = results.find((result) => result.name === name);
  if (ratio.median >= wanted) return null;
  return `At batch ${batchSize} TinyCNN is ${times(ratio.median)} as fast as ${name}, less than ${times(wanted)}.`;
}
