// SPDX-License-Identifier: MIT
//
// Many single values as a strip of cells. One tab stop: arrow keys move along the values, Enter opens one; so does a click on a cell.

import { openUnit, pointAt } from '../../client/network';
import { useSignal } from '@preact/signals';
import { networkView } from '../../state/store';
import { layerPicture, rangeOf, sizeOf, unitName } from '../../state/layers';
import { Picture } from '../../ui/picture';
import { stripLayout } from './strip-layout';
import { stacked } from '../../ui/theme';
import { moved } from './unit-buttons';
import type { Column } from '../../state/layers';
import type { StripLayout } from './strip-layout';
import type { Painting } from '../../ui/picture';

/** The frame around the cell that is pointed at. */
function Mark({ column: { name }, layout }: { column: Column; layout: StripLayout }) {
  const { pointed } = networkView.value;
  if (pointed?.layer !== name) return null;
  const [x, y] = layout.at(pointed.index);
  const share = (part: number, of: number): string => `${(100 * part) / of}%`;
  const style = {
    left: share(x, layout.width),
    top: share(y, layout.height),
    width: share(1, layout.width),
    height: share(1, layout.height),
  };
  return <span class="strip-mark" style={style} />;
}

export function Strip({ column }: { column: Column }) {
  const count = sizeOf(column);
  const layout = stripLayout(count, stacked.value);
  const { width, height, cell } = layout;
  const active = useSignal(0);
  const order = Uint32Array.from({ length: width * height }, (_, i) => cell(i % width, Math.floor(i / width)));
  const paint = (): Painting | null => {
    const picture = layerPicture(column.name);
    if (picture === null) return null;
    return { values: Float32Array.from(order, (from) => picture.data[from] ?? 0), range: rangeOf(column.name) };
  };
  const under = ({ currentTarget, clientX, clientY }: PointerEvent | MouseEvent): number => {
    const { left, top, width: wide, height: high } = (currentTarget as HTMLElement).getBoundingClientRect();
    const x = Math.floor(((clientX - left) / wide) * width);
    const y = Math.floor(((clientY - top) / high) * height);
    const inside = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value));
    return Math.min(count - 1, cell(inside(x, width), inside(y, height)));
  };
  const point = (index: number): void => {
    active.value = index;
    pointAt({ layer: column.name, index });
  };
  const leave = (): void => {
    pointAt(null);
  };
  const press = (event: KeyboardEvent): void => {
    const to = moved(event.key, active.value, count, stacked.value ? 1 : width);
    if (to !== null) point(to);
    else if (event.key === 'Enter' || event.key === ' ') openUnit({ layer: column.name, index: active.value });
    else return;
    event.preventDefault();
  };
  return (
    <div
      class={`strip${width > 1 && height > 1 ? ' folded' : ''}`}
      role="slider"
      tabIndex={0}
      aria-label={`Units of ${column.name}: Enter opens one`}
      aria-orientation={stacked.value ? 'horizontal' : 'vertical'}
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={active.value + 1}
      aria-valuetext={unitName(column, active.value)}
      data-unit={`${column.name}/all`}
      onPointerMove={(event) => {
        point(under(event));
      }}
      onPointerLeave={leave}
      onClick={(event) => {
        openUnit({ layer: column.name, index: under(event) });
      }}
      onFocus={() => {
        point(active.value);
      }}
      onBlur={leave}
      onKeyDown={press}
    >
      <Picture class="pixels" width={width} height={height} paint={paint} />
      <Mark column={column} layout={layout} />
    </div>
  );
}
