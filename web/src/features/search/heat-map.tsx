// SPDX-License-Identifier: MIT
//
// The score over two settings, as a table whose cells are coloured.

import { heatMapOf } from 'tinycnn/sweep';
import { percent } from '../../shared/format';
import { nameOf, valueText } from './wanted';
import type { CheckedSweep, TrialResult } from 'tinycnn/sweep';

/** As text of a score. */
export const scoreText = (score: number, kind: CheckedSweep['score']): string =>
  kind === 'accuracy' ? percent(score, 2) : score.toPrecision(3);

export const scoreNames = {
  accuracy: 'accuracy',
  accuracySquaredPerSecond: 'accuracy² per second of training',
} as const;

/** From this number of columns on, numbers would not fit into the cells. */
const wide = 9;

export function HeatMap({ sweep, results }: { sweep: CheckedSweep; results: readonly TrialResult[] }) {
  const map = heatMapOf(sweep, results);
  if (map === null) return null;
  const { rows, columns, scores } = map;
  const known = scores.flat().filter((score): score is number => score !== null);
  const [min, max] = [Math.min(...known), Math.max(...known)];
  const numbers = columns.values.length < wide;
  const cell = (score: number | null, row: number, column: number) => {
    const label = `${nameOf(rows.path)} ${valueText(rows.values[row])}, ${nameOf(columns.path).toLowerCase()} ${valueText(columns.values[column])}`;
    const text = score === null ? 'not tried' : scoreText(score, sweep.score);
    const place = score === null ? 0 : max > min ? (score - min) / (max - min) : 1;
    return (
      <td
        key={column}
        title={`${label}: ${text}`}
        class={score === null ? 'untried' : place > 0.55 ? 'high' : ''}
        style={{ '--place': `${Math.round(100 * place)}%` }}
      >
        <span class={numbers ? '' : 'for-readers'}>{text}</span>
      </td>
    );
  };
  return (
    <div class="heat-map-holder" tabIndex={0} role="group" aria-label="Heat map">
      <table class="heat-map" data-testid="heat-map">
        <caption>
          {scoreNames[sweep.score]}, the stronger the colour the better
          {sweep.score === 'accuracy' ? '' : `; best ${known.length > 0 ? scoreText(max, sweep.score) : '–'}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">
              {nameOf(rows.path)} ↓ {nameOf(columns.path)} →
            </th>
            {columns.values.map((value, i) => (
              <th key={i} scope="col">
                {valueText(value)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.values.map((value, row) => (
            <tr key={row}>
              <th scope="row">{valueText(value)}</th>
              {scores[row]!.map((score, column) => cell(score, row, column))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
