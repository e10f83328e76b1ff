// SPDX-License-Identifier: MIT
//
// What benchmarks make of their measurements: medians with their spread, and numbers as people read them.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (values) => ({ median: median(values), least: Math.min(...values), most: Math.max(...values) });

export const whole = (value) => Math.round(value).toLocaleString('en');
export const times = (value) => `${value.toFixed(2)} x`;
export const percent = (share) => `${Math.round(100 * share)} %`;
export const decimal = (digits) => (value) => value.toFixed(digits);

/** "30,147 (23,340 – 32,037)" */
export const range = ({ median: middle, least, most }, format) =>
  `${format(middle)} (${format(least)} – ${format(most)})`;

/** Rows that are objects with the same keys, as aligned text; the keys are its head. */
export function textTable(rows) {
  const head = Object.keys(rows[0]);
  const lines = [head, ...rows.map((row) => head.map((key) => row[key]))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
