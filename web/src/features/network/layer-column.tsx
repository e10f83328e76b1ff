// SPDX-License-Identifier: MIT
//
// One layer of the network: its name, which explains it, what it makes of the digit, and how far its colours reach.

import { grouped } from '../../shared/format';
import { networkView } from '../../state/store';
import { hasUnits, isPicture, layout, rangeOf } from '../../state/layers';
import { layerTitle } from '../../state/layer-titles';
import { Units } from './units';
import type { Column } from '../../state/layers';

/** More pictures than this in one column are drawn smaller. */
const fewPictures = 4;

function shapeText({ shape: [count, height, width] }: Column): string {
  return height * width > 1 ? `${count}×${height}×${width}` : grouped(count);
}

/** By itself, so that a new range does not render the column anew. */
function Range({ column }: { column: Column }) {
  const own = networkView.value.range === 'unit' && isPicture(column);
  return (
    <p class="range" title="The value at which the colour is full">
      {own ? 'own scales' : `±${rangeOf(column.name)}`}
    </p>
  );
}

interface Props {
  column: Column;
  onExplain: (column: Column) => void;
}

export function LayerColumn({ column, onExplain }: Props) {
  const place = layout.value.places.get(column.name) ?? { column: 0, row: 0, beside: false };
  const { rows } = layout.value;
  const explain = (): void => {
    onExplain(column);
  };
  return (
    <div
      class={`layer ${isPicture(column) ? 'of-pictures' : 'of-cells'}`}
      style={{ gridColumn: place.column + 1, gridRow: place.beside ? place.row + 1 : `1 / ${rows + 1}` }}
      data-testid={`activation-${column.name}`}
      data-layer={column.name}
      data-type={column.type}
      data-row={place.row}
      onPointerEnter={explain}
    >
      <button type="button" class="layer-name" onClick={explain} onFocus={explain}>
        <strong>{column.name}</strong>
        <span>{shapeText(column)}</span>
        <span class="out-of-sight">{layerTitle(column.type)}</span>
      </button>
      <div class={`units${hasUnits(column) && column.shape[0] > fewPictures ? ' smaller' : ''}`}>
        <Units column={column} />
      </div>
      <Range column={column} />
    </div>
  );
}
