// SPDX-License-Identifier: MIT
//
// Backwards through a dense unit, and through any other layer: the gradient that reached it, and what it does to the unit's weights.

import { rateText, signed, small } from '../../../shared/format-small';
import { BackwardsSection, stepNote } from './backwards';
import { GradientPicture } from './output-picture';
import { Line } from './numbers';
import { channelOf } from './scene';
import type { DenseTerm } from '../../../math/forward';
import type { Cell } from '../../../math/geometry';
import type { Scene } from './scene';

const maxRows = 6;

interface Props {
  scene: Scene;
  terms: readonly DenseTerm[];
  nameOf: (input: number) => string;
}

export function DenseBackwards({ scene, terms, nameOf }: Props) {
  return (
    <BackwardsSection scene={scene}>
      {(backwards) => {
        const { gradient, learningRate } = backwards;
        const own = gradient[scene.index]!;
        const rows = terms.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, maxRows);
        return (
          <>
            <dl class="sum">
              <Line label="Gradient of this unit" strong testid="detail-cell-gradient">
                {small(own)}
              </Line>
              <Line label="Current learning rate">{rateText(learningRate)}</Line>
              <Line label="Change of the bias">{small(-learningRate * own)}</Line>
            </dl>
            <table class="terms-table">
              <caption>The weights that change most</caption>
              <thead>
                <tr>
                  <th scope="col">input</th>
                  <th scope="col">weight</th>
                  <th scope="col">gradient</th>
                  <th scope="col">change</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ input, value, weight }) => (
                  <tr key={input}>
                    <th scope="row">{nameOf(input)}</th>
                    <td>{signed(weight, 4)}</td>
                    <td>{small(own * value)}</td>
                    <td>{small(-learningRate * own * value)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p class="quiet">
              The gradient of a weight is the gradient of the unit times the input of that weight. The change is minus
              the learning rate times the gradient. {stepNote(backwards)}
            </p>
          </>
        );
      }}
    </BackwardsSection>
  );
}

/** Layers without kernels: the gradient that reached each cell. */
export function CellBackwards({ scene, cell }: { scene: Scene; cell: Cell }) {
  const { column, index } = scene;
  const width = column.shape[2];
  return (
    <BackwardsSection scene={scene}>
      {({ gradient }) => {
        const own = channelOf({ column, data: gradient }, index);
        return (
          <>
            {own.length > 1 && (
              <div class="scene">
                <GradientPicture scene={scene} gradient={own} cell={cell} />
              </div>
            )}
            <dl class="sum">
              <Line label="Gradient of this cell" strong testid="detail-cell-gradient">
                {small(own[cell.y * width + cell.x] ?? 0)}
              </Line>
            </dl>
          </>
        );
      }}
    </BackwardsSection>
  );
}
