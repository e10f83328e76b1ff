// SPDX-License-Identifier: MIT
//
// A pooling's channel: for the current cell the window it reads, and which input won or what the mean is.

import { signed } from '../../../shared/format-small';
import { greatestOf as winnerOf } from '../../../math/forward';
import { cellOver, geometryOf, patchOf, windowAt } from '../../../math/geometry';
import { unitRange } from '../../../state/layers';
import { CellPicture } from './cell-picture';
import { moveTo } from './cursor';
import { Line, NumberGrid } from './numbers';
import { Playback } from './playback';
import { OutputPicture } from './output-picture';
import { ResultLines } from './result-lines';
import { channelOf } from './scene';
import type { Mark } from './cell-picture';
import type { Cursor } from './cursor';
import type { Scene } from './scene';

/** A larger window is not shown number by number. */
const maxNumbers = 36;

export function Pooling({ scene, cursor }: { scene: Scene; cursor: Cursor }) {
  const { column, index, spec, inputs } = scene;
  const source = inputs[0]!;
  if (spec === undefined) return null;
  const isMax = spec.type === 'maxPool2d';
  const geometry = geometryOf(spec, source.column.shape);
  const cell = cursor.cell.value;
  const window = windowAt(geometry, cell);
  const patch = patchOf(source.data, source.column.shape, index, window, isMax ? -Infinity : 0);
  const winner = winnerOf(patch);
  const sum = patch.reduce((all, value) => all + value, 0);
  const value = isMax ? winner.value : sum / patch.length;
  const [, height, width] = column.shape;
  const across = geometry.kernel[1];
  const won = { y: window.y + Math.floor(winner.at / across), x: window.x + (winner.at % across) };
  const marks: Mark[] = [{ kind: 'window', ...window }];
  if (isMax) marks.push({ kind: 'winner', ...won, height: 1, width: 1 });
  const single = height * width === 1;
  return (
    <>
      <div class="scene">
        <CellPicture
          title={`${source.column.name}, channel ${index + 1}`}
          label={`${source.column.name}, channel ${index + 1}: the input of pooling`}
          height={source.column.shape[1]}
          width={source.column.shape[2]}
          values={channelOf(source, index)}
          range={unitRange(source.column.name, channelOf(source, index))}
          marks={marks}
          onCell={(to) => {
            moveTo(cursor, cellOver(geometry, to, column.shape), 'pointer');
          }}
          testid="detail-input"
        />
        {patch.length <= maxNumbers && (
          <NumberGrid
            title="in the window"
            values={patch}
            across={across}
            testid="detail-patch"
            {...(isMax ? { mark: winner.at } : {})}
          />
        )}
        {!single && <OutputPicture scene={scene} cursor={cursor} />}
      </div>
      <div class="workings">
        {!single && (
          <div class="tools">
            <Playback cursor={cursor} shape={column.shape} />
          </div>
        )}
        <dl class="sum">
          {isMax ? (
            <Line label="Position of the largest value" testid="detail-winner">
              row {won.y + 1}, column {won.x + 1} of {source.column.name}
            </Line>
          ) : (
            <Line label={`Sum of ${patch.length} values`}>
              {signed(sum, 5)} <span class="quiet">divided by {patch.length}</span>
            </Line>
          )}
          <ResultLines
            scene={scene}
            value={value}
            engine={channelOf(scene, index)[cell.y * width + cell.x]!}
            label={isMax ? 'Largest value' : 'Average'}
          />
        </dl>
      </div>
    </>
  );
}
