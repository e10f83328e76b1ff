// SPDX-License-Identifier: MIT
//
// The opened channel itself, cell by cell: its values, of which one is chosen, and the gradient that reached them.

import { unitRange } from '../../../state/layers';
import { CellPicture } from './cell-picture';
import { moveTo } from './cursor';
import { greatestOf } from './numbers';
import { notYetPlayed } from './playback';
import { channelOf } from './scene';
import type { Cell } from '../../../math/geometry';
import type { Cursor } from './cursor';
import type { Scene } from './scene';

/** Its values: the pointer and the arrow keys choose a cell, Enter holds it. */
export function OutputPicture({ scene, cursor }: { scene: Scene; cursor: Cursor }) {
  const { column, index } = scene;
  const [, height, width] = column.shape;
  const cell = cursor.cell.value;
  return (
    <CellPicture
      title={`${column.name}, channel ${index + 1}`}
      label={`Output of ${column.name}, ${height} by ${width} cells: arrow keys select a cell, Enter keeps it selected.`}
      height={height}
      width={width}
      values={channelOf(scene, index)}
      range={unitRange(column.name, channelOf(scene, index))}
      marks={[...notYetPlayed(cursor, column.shape), { kind: 'cell', ...cell, height: 1, width: 1 }]}
      cell={cell}
      onCell={(to, how) => {
        moveTo(cursor, to, how);
      }}
      onPin={() => (cursor.pinned.value = !cursor.pinned.value)}
      testid="detail-output"
    />
  );
}

/** gradient: of the loss by each cell of this channel. */
export function GradientPicture({ scene, gradient, cell }: { scene: Scene; gradient: Float32Array; cell: Cell }) {
  const { column, index } = scene;
  const [, height, width] = column.shape;
  return (
    <CellPicture
      title="gradient of each cell"
      label={`The gradient of the loss with respect to each cell of ${column.name}, channel ${index + 1}`}
      height={height}
      width={width}
      values={gradient}
      range={greatestOf(Array.from(gradient))}
      marks={[{ kind: 'cell', ...cell, height: 1, width: 1 }]}
      testid="detail-gradient"
    />
  );
}
