// SPDX-License-Identifier: MIT
//
// Many single values as a strip of cells, too many for a button each: one button lies over the cell that was last pointed at. Arrow keys
// move it along the values, Enter opens one; so does a click on a cell.

import { openUnit, pointAt } from '../../client/network';
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { networkView } from '../../state/store';
import { layerPicture, rangeOf, sizeOf, unitName } from '../../state/layers';
import { Picture } from '../../ui/picture';
import { stripLayout } from './strip-layout';
import { stacked } from '../../ui/theme';
import { destination } from '../../ui/arrow-keys';
import type { Column } from '../../state/layers';
import type { StripLayout } from './strip-layout';
import type { Painting } from '../../ui/picture';

/** Where a cell is, in the strip. */
function placeOf(index: number, { width, height, at }: StripLayout) {
  const [x, y] = at(index);
  const share = (part: number, of: number): string => `${(100 * part) / of}%`;
  return { left: share(x, width), top: share(y, height), width: share(1, width), height: share(1, height) };
}

/** The frame around the cell that is pointed at. */
function Mark({ column: { name }, layout }: { column: Column; layout: StripLayout }) {
  const { pointed } = networkView.value;
  return pointed?.layer === name ? <span class="strip-mark" style={placeOf(pointed.index, layout)} /> : null;
}

/** The cell under the pointer. */
function cellUnder({ currentTarget, clientX, clientY }: MouseEvent, { width, height, cell }: StripLayout): number {
  const { left, top, width: wide, height: high } = (currentTarget as HTMLElement).getBoundingClientRect();
  const inside = (value: number, size: number): number => Math.max(0, Math.min(size - 1, Math.floor(value * size)));
  return cell(inside((clientX - left) / wide, width), inside((clientY - top) / high, height));
}

function Cells({ column, layout }: { column: Column; layout: StripLayout }) {
  const { width, height, cell } = layout;
  const order = Uint32Array.from({ length: width * height }, (_, i) => cell(i % width, Math.floor(i / width)));
  const paint = (): Painting | null => {
    const picture = layerPicture(column.name);
    if (picture === null) return null;
    return { values: Float32Array.from(order, (from) => picture.data[from] ?? 0), range: rangeOf(column.name) };
  };
  return <Picture class="pixels" width={width} height={height} paint={paint} />;
}

interface ActiveCellProps {
  column: Column;
  index: number;
  layout: StripLayout;
  /** Whether the next one takes the focus as soon as it is there. */
  takesFocus: { current: boolean };
}

/** Another element for each cell, so that it is read out when the focus comes to it. */
function ActiveCell({ column, index, layout, takesFocus }: ActiveCellProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (takesFocus.current) button.current!.focus();
    takesFocus.current = false;
  }, []);
  const unit = { layer: column.name, index };
  return (
    <button
      ref={button}
      type="button"
      class="strip-cell"
      style={placeOf(index, layout)}
      aria-label={unitName(column, index)}
      onFocus={() => {
        pointAt(unit);
      }}
      onClick={(event) => {
        event.stopPropagation();
        openUnit(unit);
      }}
    />
  );
}

/** Of each strip, so that the focus is back there when an opened unit is closed. */
const lastActive = new Map<string, number>();

export function Strip({ column }: { column: Column }) {
  const count = sizeOf(column);
  const layout = stripLayout(count, stacked.value);
  const active = useSignal(lastActive.get(column.name) ?? 0);
  const takesFocus = useRef(false);
  const index = Math.min(active.value, count - 1);
  const activate = (at: number): void => {
    active.value = at;
    lastActive.set(column.name, at);
  };
  const leave = (): void => {
    pointAt(null);
  };
  const press = (event: KeyboardEvent): void => {
    const to = destination(event.key, index, { count, across: stacked.value ? 1 : layout.width });
    if (to === null) return;
    event.preventDefault();
    takesFocus.current = to !== index;
    activate(to);
  };
  return (
    <div
      class={`strip${layout.width > 1 && layout.height > 1 ? ' folded' : ''}`}
      role="group"
      aria-label={`Units of ${column.name}; use the arrow keys`}
      data-unit={`${column.name}/all`}
      onPointerMove={(event) => {
        const at = Math.min(count - 1, cellUnder(event, layout));
        pointAt({ layer: column.name, index: at });
        if (!event.currentTarget.contains(document.activeElement)) activate(at);
      }}
      onPointerLeave={leave}
      onClick={(event) => {
        openUnit({ layer: column.name, index: Math.min(count - 1, cellUnder(event, layout)) });
      }}
      onFocusOut={leave}
      onKeyDown={press}
    >
      <Cells column={column} layout={layout} />
      <Mark column={column} layout={layout} />
      <ActiveCell key={index} column={column} index={index} layout={layout} takesFocus={takesFocus} />
    </div>
  );
}
