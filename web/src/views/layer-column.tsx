// SPDX-License-Identifier: MIT
//
// One layer of the network: a picture for each channel, or a strip of cells for layers without extent. The heading explains the layer.

import { grouped } from '../state/format';
import { digit } from '../state/store';
import { isPicture, layerPicture } from './layers';
import { layerText } from './layer-texts';
import { Picture } from './picture';
import { stacked } from './theme';
import type { Column } from './layers';
import type { Painting } from './picture';

/** More channels than this are counted, not drawn. */
const kMostChannels = 8;
/** Strips longer than this are folded into several lanes. */
const kLongestLane = 96;

const rangeOf = (name: string): number => digit.value.ranges.get(name) ?? 1;

function Channels({ column }: { column: Column }) {
  const [count, height, width] = column.shape;
  const paint = (channel: number) => (): Painting | null => {
    const picture = layerPicture(column.name);
    if (picture === null) return null;
    const size = height * width;
    return { values: picture.data.subarray(channel * size, (channel + 1) * size), range: rangeOf(column.name) };
  };
  const shown = Math.min(count, kMostChannels);
  return (
    <>
      {Array.from({ length: shown }, (_, channel) => (
        <div key={channel} class="channel" data-unit={`${column.name}/${channel}`}>
          <Picture class="pixels" width={width} height={height} paint={paint(channel)} />
        </div>
      ))}
      {count > shown && <p class="quiet">and {count - shown} more</p>}
    </>
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
      <div class="units">{isPicture(column) ? <Channels column={column} /> : <Strip column={column} />}</div>
      <Range name={column.name} />
    </div>
  );
}
