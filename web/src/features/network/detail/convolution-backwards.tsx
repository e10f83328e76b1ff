// SPDX-License-Identifier: MIT
//
// Backwards through a convolution: the gradient that reached the current cell, and what all cells together do to the kernel.

import { rateText, small } from '../../../shared/format-small';
import { kernelGradient } from '../../../math/backward';
import { BackwardsSection, stepNote } from './backwards';
import { GradientPicture } from './output-picture';
import { Line, NumberGrid } from './numbers';
import { channelOf } from './scene';
import type { Cell, Geometry } from '../../../math/geometry';
import type { Scene } from './scene';

interface Props {
  scene: Scene;
  cell: Cell;
  /** Of the input, whose kernel is shown. */
  channel: number;
  geometry: Geometry;
  weight: readonly number[];
}

export function ConvolutionBackwards({ scene, cell, channel, geometry, weight }: Props) {
  const { column, index, inputs } = scene;
  const width = column.shape[2];
  return (
    <BackwardsSection scene={scene}>
      {(backwards) => {
        const { gradient, learningRate } = backwards;
        const own = channelOf({ column, data: gradient }, index);
        const source = { shape: inputs[0]!.column.shape, data: inputs[0]!.data };
        const byKernel = kernelGradient(gradient, column.shape, index, source, channel, geometry);
        const change = byKernel.map((g) => -learningRate * g);
        const across = geometry.kernel[1];
        return (
          <>
            <div class="scene">
              <GradientPicture scene={scene} gradient={own} cell={cell} />
              <div class="products">
                <NumberGrid title="kernel" values={weight} across={across} />
                <NumberGrid
                  title="gradient"
                  values={byKernel}
                  across={across}
                  format={small}
                  testid="detail-kernel-gradient"
                />
                <NumberGrid title="change" values={change} across={across} format={small} />
              </div>
            </div>
            <dl class="sum">
              <Line label="Gradient of this cell" strong testid="detail-cell-gradient">
                {small(own[cell.y * width + cell.x]!)}
              </Line>
              <Line label="Current learning rate">{rateText(learningRate)}</Line>
            </dl>
            <p class="quiet">
              The gradient of the kernel is the sum, over all cells, of the gradient of the cell times the input patch
              there. The change is minus the learning rate times the gradient. {stepNote(backwards)}
            </p>
          </>
        );
      }}
    </BackwardsSection>
  );
}
