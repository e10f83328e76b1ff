// SPDX-License-Identifier: MIT
//
// The rungs of successive halving: the accuracy of each trial after each of them, and who went on.

import { percent } from '../../shared/format';
import { linear, ticks } from './axes';
import type { SweepProgress } from 'tinycnn/sweep';

const size = { width: 640, height: 280 };
const room = { left: 84, right: 24, top: 12, bottom: 56 };

export function Rungs({ progress }: { progress: SweepProgress }) {
  const { rungs, results } = progress;
  if (rungs.length < 2 || results.length === 0) return null;
  const accuracies = results.map(({ accuracy }) => accuracy);
  const [min, max] = [Math.min(...accuracies), Math.max(...accuracies)];
  const x = linear(0, rungs.length - 1, room.left + 20, size.width - room.right);
  const y = linear(min, max, size.height - room.bottom, room.top + 8);
  const paths = new Map<number, { rung: number; accuracy: number }[]>();
  for (const { id, rung, accuracy } of results) paths.set(id, [...(paths.get(id) ?? []), { rung, accuracy }]);
  const counts = rungs.map((_, rung) => results.filter((result) => result.rung === rung).length);
  const label = counts.map((count, rung) => `${count} after ${Number(rungs[rung]!.toPrecision(2))} epochs`).join(', ');
  return (
    <svg
      class="search-chart"
      data-testid="rungs"
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label={`Accuracy of the trials at each rung: ${label}`}
    >
      {ticks(min, max, 4).map((value) => (
        <g key={value}>
          <line class="search-grid" x1={room.left} x2={size.width - room.right} y1={y(value)} y2={y(value)} />
          <text x={room.left - 8} y={y(value) + 5} text-anchor="end">
            {percent(value, max - min < 0.04 ? 1 : 0)}
          </text>
        </g>
      ))}
      {[...paths].map(([id, points]) => (
        <g key={id} class={points.length > 1 ? 'went-on' : 'stopped'}>
          <polyline points={points.map(({ rung, accuracy }) => `${x(rung)},${y(accuracy)}`).join(' ')} />
          {points.map(({ rung, accuracy }) => (
            <circle key={rung} cx={x(rung)} cy={y(accuracy)} r={4} />
          ))}
        </g>
      ))}
      {rungs.map((epochs, rung) => (
        <text
          key={rung}
          x={x(rung)}
          y={size.height - room.bottom + 22}
          text-anchor={rung === rungs.length - 1 ? 'end' : 'middle'}
        >
          {Number(epochs.toPrecision(2))} epochs: {counts[rung]}
        </text>
      ))}
    </svg>
  );
}
