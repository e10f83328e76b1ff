// SPDX-License-Identifier: MIT
//
// What a layer's column shows: a picture for each channel, many channels on one contact sheet, bars for a few single values, a strip of
// cells for many.

import { unfold } from '../../client/network';
import { classNames, networkView } from '../../state/store';
import { BarPicture } from './bar-picture';
import { contactSheet, mostPictures } from './contact-sheet';
import { hasBars, hasUnits, isPicture, layerPicture, layout, rangeOf, sizeOf, unitRange } from '../../state/layers';
import { Picture } from '../../ui/picture';
import { Strip } from './strip';
import { stacked } from '../../ui/theme';
import { UnitButtons } from './unit-buttons';
import type { Column } from '../../state/layers';
import type { Painting } from '../../ui/picture';

/** The values of one channel and the reach of its colours. */
export function channelPainting({ name, shape }: Column, channel: number): Painting | null {
  const picture = layerPicture(name);
  if (picture === null) return null;
  const size = shape[1] * shape[2];
  const values = picture.data.subarray(channel * size, (channel + 1) * size);
  return { values, range: unitRange(name, values) };
}

function Channels({ column }: { column: Column }) {
  const [count, height, width] = column.shape;
  return (
    <UnitButtons column={column} class="channels" count={count} across={1}>
      {(channel) => (
        <Picture class="pixels" width={width} height={height} paint={() => channelPainting(column, channel)} />
      )}
    </UnitButtons>
  );
}

/** Every channel scaled to a range of 1 by what its colours reach to. */
function scaledChannels({ name, shape }: Column, into: Float32Array): boolean {
  const picture = layerPicture(name);
  if (picture === null) return false;
  const size = shape[1] * shape[2];
  for (let channel = 0; channel < shape[0]; ++channel) {
    const first = channel * size;
    const range = unitRange(name, picture.data.subarray(first, first + size));
    for (let i = first; i < first + size; ++i) into[i] = picture.data[i]! / range;
  }
  return true;
}

/** In CSS pixels. */
export const sheetWidth = ({ shape }: Column): number => {
  const { width, scale } = contactSheet(shape, { flat: false });
  return width * scale;
};

function Sheet({ column }: { column: Column }) {
  const all = networkView.value.unfolded.has(column.name);
  const low = layout.value.places.get(column.name)?.beside ?? false;
  const sheet = contactSheet(column.shape, { flat: stacked.value, all, low });
  const { width, height, scale, order, shown, columns, rows } = sheet;
  const scaled = new Float32Array(sizeOf(column));
  const values = new Float32Array(order.length);
  const paint = (): Painting | null => {
    if (!scaledChannels(column, scaled)) return null;
    for (let i = 0; i < order.length; ++i) values[i] = order[i]! < 0 ? Number.NaN : scaled[order[i]!]!;
    return { values, range: 1 };
  };
  const [count] = column.shape;
  return (
    <div class="sheet" style={{ width: `calc(${width * scale}px * var(--sheet-scale, 1))` }}>
      <div class="sheet-pictures" data-unit={`${column.name}/all`}>
        <Picture class="pixels" width={width} height={height} paint={paint} />
        <UnitButtons
          column={column}
          class="sheet-units"
          count={shown}
          across={columns}
          style={{
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            gridTemplateRows: `repeat(${rows}, minmax(0, 1fr))`,
          }}
        />
      </div>
      {count > mostPictures(stacked.value) && (
        <button
          type="button"
          class="more"
          aria-expanded={all}
          onClick={() => {
            unfold(column.name, !all);
          }}
        >
          {all ? `first ${mostPictures(stacked.value)}` : `all ${count}`}
          <span class="out-of-sight"> channels of {column.name}</span>
        </button>
      )}
    </div>
  );
}

/** Names of classes that fit beside a bar. */
const isShort = (name: string): boolean => Array.from(name).length <= 2;

function Bars({ column }: { column: Column }) {
  const count = sizeOf(column);
  const paint = (): Painting | null => {
    const picture = layerPicture(column.name);
    return picture === null ? null : { values: picture.data, range: rangeOf(column.name) };
  };
  const names = classNames.value.length === count && classNames.value.every(isShort) ? classNames.value : null;
  return (
    <div class={`bars${names === null ? '' : ' named'}`} data-unit={`${column.name}/all`}>
      <BarPicture count={count} flat={stacked.value} paint={paint} />
      <UnitButtons
        column={column}
        class="bar-units"
        count={count}
        across={1}
        style={{ [stacked.value ? 'gridTemplateColumns' : 'gridTemplateRows']: `repeat(${count}, minmax(0, 1fr))` }}
      >
        {(index) => names !== null && <span class="bar-name">{names[index]}</span>}
      </UnitButtons>
    </div>
  );
}

export function Units({ column }: { column: Column }) {
  if (hasBars(column)) return <Bars column={column} />;
  if (!isPicture(column)) return <Strip column={column} />;
  return hasUnits(column) ? <Channels column={column} /> : <Sheet column={column} />;
}
