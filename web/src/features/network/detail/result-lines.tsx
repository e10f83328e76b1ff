// SPDX-License-Identifier: MIT
//
// The end of every explanation: the sum, the engine's own value beside it and how well the two agree, and the activation behind it.

import { sameDecimals } from '../../../math/forward';
import { layerText } from '../../../state/layer-texts';
import { signed } from '../../../shared/format-small';
import { Line } from './numbers';
import type { Scene } from './scene';

interface Props {
  scene: Scene;
  /** Worked out here, in double precision. */
  value: number;
  /** The engine's, in single precision. */
  engine: number;
  label: string;
}

export function ResultLines({ scene: { next }, value, engine, label }: Props) {
  return (
    <>
      <Line label={label} strong testid="detail-sum">
        {signed(value, 5)}
      </Line>
      {next !== null && (
        <Line label={`after ${layerText(next.type).title} (${next.name})`} testid="detail-activation">
          {signed(next.activation.value(value), 5)}
        </Line>
      )}
      <Line label="Value computed by the engine" testid="detail-engine">
        {signed(engine, 5)}
        <span class="quiet"> equal to {sameDecimals(value, engine)} decimals</span>
      </Line>
    </>
  );
}
