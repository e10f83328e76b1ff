// SPDX-License-Identifier: MIT
//
// One layer's histograms over time: the picture, lines at its percentiles, and the chosen moment.

import { Picture } from '../../ui/picture';
import { shareOf } from './moments';
import { axisReach, cursor, momentsOf } from './distributions-state';
import { densityPicture, columnCount, rowCount } from './density';
import type { Histogram } from '../../shared/protocol-insight';
import type { Kind } from './distributions-state';
import type { Moments } from './moments';

/** In the units of the lines' view box. */
const size = 100;

/** A step line at percentile `index`: each moment's value holds until the next. */
function lineOf(moments: Moments<Histogram>, index: number, reach: number): string {
  const points = moments.all.map(({ value }, i) => {
    const y = size * Math.max(0, Math.min(1, (1 - value.percentiles[index]! / reach) / 2));
    return { x: size * shareOf(moments, i), y };
  });
  const [first, ...rest] = points;
  if (first === undefined) return '';
  return `M${first.x.toFixed(1)} ${first.y.toFixed(1)}${rest.map(({ x, y }) => `H${x.toFixed(1)}V${y.toFixed(1)}`).join('')}H${size}`;
}

function Lines({ moments, reach }: { moments: Moments<Histogram>; reach: number }) {
  const at = cursor.value === null ? null : size * shareOf(moments, Math.min(cursor.value, moments.all.length - 1));
  return (
    <svg viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="zero" d={`M0 ${size / 2}H${size}`} vector-effect="non-scaling-stroke" />
      {[0, 1, 2].map((index) => (
        <path
          key={index}
          class={index === 1 ? 'median' : 'tail'}
          d={lineOf(moments, index, reach)}
          vector-effect="non-scaling-stroke"
        />
      ))}
      {at !== null && <path class="moment" d={`M${at} 0V${size}`} vector-effect="non-scaling-stroke" />}
    </svg>
  );
}

export function DistributionChart({ layer, kind }: { layer: string; kind: Kind }) {
  const moments = momentsOf(layer, kind);
  const reach = axisReach(layer, kind);
  return (
    <div class="distribution-chart" data-chart={`${layer}/${kind}`}>
      <span class="axis-end">+{reach}</span>
      <span class="axis-end">−{reach}</span>
      <div class="distribution-picture">
        <Picture
          width={columnCount}
          height={rowCount}
          paint={() => ({ values: densityPicture(momentsOf(layer, kind), axisReach(layer, kind)), range: 1 })}
        />
        <Lines moments={moments} reach={reach} />
      </div>
    </div>
  );
}
