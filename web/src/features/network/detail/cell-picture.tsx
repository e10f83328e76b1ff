// SPDX-License-Identifier: MIT
//
// One channel, large: the pointer or the arrow keys choose a cell, frames mark cells and windows on it.

import { useRef } from 'preact/hooks';
import { arrows } from '../../../ui/arrow-keys';
import { Repainted } from './repainted';
import type { ComponentChildren } from 'preact';
import type { Cell, Window } from '../../../math/geometry';

export interface Mark extends Window {
  kind: 'window' | 'cell' | 'winner' | 'hidden';
}

interface Props {
  title: ComponentChildren;
  /** Of the picture for who does not see it, and what keys do. */
  label: string;
  height: number;
  width: number;
  values: ArrayLike<number>;
  range: number;
  marks: readonly Mark[];
  /** Where arrow keys start from; without it the pointer alone chooses. */
  cell?: Cell;
  onCell?: (cell: Cell, how: 'pointer' | 'key') => void;
  onPin?: () => void;
  testid?: string;
}

/** An outline just outside of the cells it frames. */
function Frame({ kind, y, x, height, width }: Mark) {
  return <rect class={`mark ${kind}`} x={x} y={y} width={width} height={height} vector-effect="non-scaling-stroke" />;
}

export function CellPicture({ title, label, height, width, values, range, marks, cell, onCell, onPin, testid }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const clamp = (at: number, size: number): number => Math.max(0, Math.min(size - 1, at));
  const point = ({ clientX, clientY }: PointerEvent): void => {
    const box = frame.current!.getBoundingClientRect();
    const y = clamp(Math.floor(((clientY - box.top) / box.height) * height), height);
    const x = clamp(Math.floor(((clientX - box.left) / box.width) * width), width);
    if (cell?.y !== y || cell.x !== x) onCell?.({ y, x }, 'pointer');
  };
  const press = (event: KeyboardEvent): void => {
    const arrow = arrows[event.key];
    if (arrow !== undefined && cell !== undefined) {
      onCell?.({ y: clamp(cell.y + arrow[1], height), x: clamp(cell.x + arrow[0], width) }, 'key');
    } else if (event.key === 'Enter' && onPin !== undefined) onPin();
    else return;
    event.preventDefault();
  };
  const pointer = onCell === undefined ? {} : { onPointerMove: point, onPointerDown: point, onClick: () => onPin?.() };
  const keys =
    cell === undefined ? { role: 'img' as const } : { role: 'group' as const, tabIndex: 0, onKeyDown: press };
  return (
    <figure class="cell-picture">
      <figcaption>{title}</figcaption>
      <div
        ref={frame}
        class={`cell-frame${onCell === undefined ? '' : ' live'}`}
        aria-label={label}
        style={{ aspectRatio: `${width} / ${height}` }}
        {...pointer}
        {...keys}
        {...(testid === undefined ? {} : { 'data-testid': testid })}
      >
        <Repainted width={width} height={height} values={values} range={range || 1} />
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {marks.map((mark, i) => (
            <Frame key={i} {...mark} />
          ))}
        </svg>
      </div>
    </figure>
  );
}
