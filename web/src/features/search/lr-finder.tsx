// SPDX-License-Identifier: MIT
//
// The learning-rate finder: the loss while the rate rises from step to step, and the rate that it suggests.

import { rateText } from '../../shared/format-small';
import { recipe } from '../../state/store';
import { decadeText, decades, linear, logarithmic, ticks } from './axes';
import { Info } from './info';
import { findRate, isFinding, rate, rateFailure, stopFinding, useRate } from './rate-state';
import type { FoundRate } from './rate-state';

const size = { width: 640, height: 260 };
const room = { left: 76, right: 20, top: 12, bottom: 60 };
/** Losses far above the first one say only that it has diverged. */
const shownAbove = 1.4;

function Chart({ found }: { found: FoundRate }) {
  const points = found.points.filter(({ smoothed }) => Number.isFinite(smoothed));
  const highest = shownAbove * points[0]!.smoothed;
  const lowest = Math.min(...points.map(({ smoothed }) => smoothed));
  const [min, max] = [points[0]!.learningRate, points.at(-1)!.learningRate];
  const x = logarithmic(min, max, room.left, size.width - room.right);
  const y = linear(lowest, highest, size.height - room.bottom, room.top);
  const path = points
    .map(({ learningRate, smoothed }) => `${x(learningRate).toFixed(1)},${y(Math.min(smoothed, highest)).toFixed(1)}`)
    .join(' ');
  const at = x(found.suggested);
  return (
    <svg
      class="search-chart"
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label={`The smoothed loss over learning rates from ${rateText(min)} to ${rateText(max)}; ${rateText(found.suggested)} is suggested`}
    >
      {ticks(lowest, highest).map((value) => (
        <g key={value}>
          <line class="search-grid" x1={room.left} x2={size.width - room.right} y1={y(value)} y2={y(value)} />
          <text x={room.left - 8} y={y(value) + 5} text-anchor="end">
            {value}
          </text>
        </g>
      ))}
      {decades(min, max)
        .filter((value) => value >= min * 0.99 && value <= max * 1.01)
        .map((value) => (
          <text
            key={value}
            class={Math.round(Math.log10(value)) % 2 === 0 ? '' : 'minor'}
            x={x(value)}
            y={size.height - room.bottom + 20}
            text-anchor="middle"
          >
            {decadeText(value)}
          </text>
        ))}
      <text x={(room.left + size.width - room.right) / 2} y={size.height - 6} text-anchor="middle">
        learning rate
      </text>
      <line class="search-mark" x1={at} x2={at} y1={room.top} y2={size.height - room.bottom} />
      <polyline class="search-line" points={path} />
    </svg>
  );
}

function Found({ found }: { found: FoundRate }) {
  const text = rateText(found.suggested);
  const present = recipe.value?.optimizer.learningRate;
  return (
    <>
      <Chart found={found} />
      <p role="status">
        Suggested for {found.network}: <strong data-testid="suggested-rate">{text}</strong>
        {present !== undefined && `. The recipe has ${rateText(present)}.`}
      </p>
      <p>
        <button type="button" class="button" data-testid="use-rate" onClick={() => void useRate(Number(text))}>
          Train with {text}
        </button>{' '}
        <span class="quiet">This restarts training.</span>
      </p>
    </>
  );
}

export function LearningRateFinder() {
  return (
    <section class="search-part" aria-labelledby="lr-finder-heading" data-testid="lr-finder">
      <div class="panel-head">
        <h3 id="lr-finder-heading">Find a learning rate</h3>
        <Info about="the learning-rate finder" topic="rate" />
      </div>
      <p class="quiet">
        The network learns for 100 steps, each at a higher rate than the one before, until its loss rises. A good rate
        lies well before that. The network on the page stays as it is.
      </p>
      <p>
        {isFinding.value ? (
          <button type="button" class="button" onClick={stopFinding}>
            Stop
          </button>
        ) : (
          <button type="button" class="button primary" data-testid="find-rate" onClick={() => void findRate()}>
            Find a learning rate
          </button>
        )}
        {isFinding.value && <span class="quiet"> Trying rates …</span>}
      </p>
      {rateFailure.value !== null && <p role="alert">{rateFailure.value}</p>}
      {rate.value !== null && <Found found={rate.value} />}
    </section>
  );
}
