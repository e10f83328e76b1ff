// SPDX-License-Identifier: MIT
//
// One layer of the network: a picture for each channel, many channels on one contact sheet, or a strip of cells for layers without
// extent. The heading explains the layer.

import { grouped } from '../state/format';
import { digit } from '../state/store';
import { contactSheet, mostPictures } from './contact-sheet';
import { hasUnits, isPicture, layerPicture } from './layers';
import { layerText } from './layer-texts';
import { Picture } from './picture';
import { stacked } from './theme';
import type { Column } from './layers';
import type { Painting } from './picture';

/** Strips longer than this are folded into several lanes. */
const kLongestLane = 96;

/** More pictures than this in one column are drawn smaller. */
const kFewPictures = 4;

const rangeOf = (name: string): number => digit.value.ranges.get(name) ?? 1;

function Channels({ column }: { column: Column }) {
  const [count, height, width] = column.shape;
  const paint = (channel: number) => (): Painting | null => {
    const picture = layerPicture(column.name);
    if (picture === null) return null;
    const size = height * width;
    return { values: picture.data.subarray(channel * size, (channel + 1) * size), range: rangeOf(column.name) };
  };
  return (
    <>
      {Array.from({ length: count }, (_, channel) => (
        <div key={channel} class="channel" data-unit={`${column.name}/${channel}`}>
          <Picture class="pixels" width={width} height={height} paint={paint(channel)} />
        </div>
      ))}
    </>
  );
}

function Sheet({ column }: { column: Column }) {
  const { width, height, scale, order } = contactSheet(column.shape, stacked.value);
  const values = new Float32Array(order.length);
  const paint = (): Painting | null => {
    const picture = layerPicture(column.name);
    if (picture === null) return null;
    order.forEach((from, i) => (values[i] = from < 0 ? Number.NaN : picture.data[from]!));
    return { values, range: rangeOf(column.name) };
  };
  const hidden = column.shape[0] - mostPictures(stacked.value);
  return (
    <div class="sheet" style={{ width: `${width * scale}px` }}>
      <div data-unit={`${column.name}/all`}>
        <Picture class="pixels" width={width} height={height} paint={paint} />
      </div>
      {hidden > 0 && <p class="quiet">and {hidden} more</p>}
    </div>
  );
}

/** The strip's cells in `lanes` lanes, along the column when layers stand side by side and along the row when they are stacked. */
function stripLayout(
  count: number,
  flat: boolean,
): { width: number; height: number; cell: (x: number, y: number) => number } {
  const lanes = Math.ceil(count / kLongestLane);
  const length = Math.ceil(count / lanes);
  return flat
    ? { width: length, height: lanes, cell: (x, y) => x * lanes + y }
    : { width: lanes, height: length, cell: (x, y) => y * lanes + x };
}

function Strip({ column }: { column: Column }) {
  const count = column.shape[0] * column.shape[1] * column.shape[2];
  const { width, height, cell } = stripLayout(count, stacked.value);
  const order = Uint32Array.from({ length: width * height }, (_, i) => cell(i % width, Math.floor(i / width)));
  const paint = (): Painting | null => {
    const picture = layerPicture(column.name);
    if (picture === null) return null;
    return { values: Float32Array.from(order, (from) => picture.data[from] ?? 0), range: rangeOf(column.name) };
  };
  return (
    <div class={`strip${width > 1 && height > 1 ? ' folded' : ''}`} data-unit={`${column.name}/all`}>
      <Picture class="pixels" width={width} height={height} paint={paint} />
    </div>
  );
}

function Units({ column }: { column: Column }) {
  if (!isPicture(column)) return <Strip column={column} />;
  return hasUnits(column) ? <Channels column={column} /> : <Sheet column={column} />;
}

function shapeText({ shape: [count, height, width] }: Column): string {
  return height * width > 1 ? `${count}×${height}×${width}` : grouped(count);
}

/** By itself, so that a new range does not render the column anew. */
function Range({ name }: { name: string }) {
  return (
    <p class="range" title="The value that gets the full colour">
      ±{rangeOf(name)}
    </p>
  );
}

interface Props {
  column: Column;
  onExplain: (column: Column) => void;
}

export function LayerColumn({ column, onExplain }: Props) {
  const { title } = layerText(column.type);
  const shape = shapeText(column);
  const explain = (): void => {
    onExplain(column);
  };
  return (
    <div
      class={`layer ${isPicture(column) ? 'of-pictures' : 'of-cells'}`}
      data-testid={`activation-${column.name}`}
      data-type={column.type}
      onPointerEnter={explain}
    >
      <button type="button" class="layer-name" onClick={explain} onFocus={explain}>
        <strong>{column.name}</strong>
        <span>{shape}</span>
        <span class="out-of-sight">{title}</span>
      </button>
      <div class={`units${hasUnits(column) && column.shape[0] > kFewPictures ? ' smaller' : ''}`}>
        <Units column={column} />
      </div>
      <Range name={column.name} />
    </div>
  );
}
