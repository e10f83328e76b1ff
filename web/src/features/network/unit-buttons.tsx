// SPDX-License-Identifier: MIT
//
// The channels of a layer as buttons, one tab stop for all of them: arrow keys move between them, Enter opens one. Whatever is pointed
// at or focused lights up its connections.

import { openUnit, pointAt } from '../../client/network';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { unitName } from '../../state/layers';
import type { Column } from '../../state/layers';
import type { ComponentChildren } from 'preact';

/** Where an arrow key leads on a grid of `count` cells, `across` in a row; null for other keys. */
export function moved(key: string, index: number, count: number, across: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - across,
    ArrowDown: index + across,
    Home: 0,
    End: count - 1,
  };
  const to = steps[key];
  return to === undefined ? null : to < 0 || to >= count ? index : to;
}

const indexOf = (target: EventTarget | null): number | null => {
  const unit = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return unit === null ? null : Number(unit.dataset.index);
};

interface Props {
  column: Column;
  class: string;
  count: number;
  /** Buttons in a row. */
  across: number;
  style?: Record<string, string>;
  /** What a button shows, if it is not only laid over a picture. */
  children?: (index: number) => ComponentChildren;
}

export function UnitButtons({ column, class: className, count, across, style = {}, children }: Props) {
  const active = useSignal(0);
  const root = useRef<HTMLDivElement>(null);
  const { name: layer } = column;
  const point = (event: Event): void => {
    const index = indexOf(event.target);
    pointAt(index === null ? null : { layer, index });
    if (index !== null && event.type === 'focusin') active.value = index;
  };
  const leave = (): void => {
    pointAt(null);
  };
  const move = (event: KeyboardEvent): void => {
    const index = indexOf(event.target);
    const to = index === null ? null : moved(event.key, index, count, across);
    if (to === null) return;
    event.preventDefault();
    root.current!.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus();
  };
  return (
    <div
      ref={root}
      class={className}
      style={style}
      onPointerOver={point}
      onPointerLeave={leave}
      onFocusIn={point}
      onFocusOut={leave}
      onKeyDown={move}
    >
      {Array.from({ length: count }, (_, index) => (
        <button
          key={index}
          type="button"
          class="unit"
          data-unit={`${layer}/${index}`}
          data-index={index}
          tabIndex={index === Math.min(active.value, count - 1) ? 0 : -1}
          aria-label={unitName(column, index)}
          onClick={() => {
            openUnit({ layer, index });
          }}
        >
          {children?.(index)}
        </button>
      ))}
    </div>
  );
}
