// SPDX-License-Identifier: MIT
//
// Moving by arrow keys: where a key leads on a grid, and one tab stop for many elements (WAI-ARIA's roving tabindex).

import { useSignal } from '@preact/signals';

/** Of each arrow key, in columns and rows. */
export const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Cells that are counted row by row. */
export interface Grid {
  count: number;
  /** Cells in a row; without it there is one row. In a single column Left and Right go up and down too. */
  across?: number;
  /** Whether the first cell comes after the last; else a key that leads out of the grid leads nowhere. */
  wraps?: boolean;
  /** Cells that Page Up goes forwards and Page Down backwards. */
  page?: number;
}

const clamped = (at: number, count: number): number => Math.max(0, Math.min(count - 1, at));

/** Where a key leads from a cell; null for keys that are not for moving. */
export function destination(key: string, from: number, grid: Grid): number | null {
  const { count, across = count, wraps = false, page } = grid;
  if (key === 'Home' || key === 'End') return key === 'Home' ? 0 : count - 1;
  if (page !== undefined && (key === 'PageUp' || key === 'PageDown')) {
    return clamped(from + (key === 'PageUp' ? page : -page), count);
  }
  const arrow = arrows[key];
  if (arrow === undefined) return null;
  const [x, y] = across === 1 ? [0, arrow[0] + arrow[1]] : arrow;
  if (wraps) return (from + x + y * across + count) % count;
  const column = (from % across) + x;
  const to = from + x + y * across;
  return column < 0 || column >= across || to < 0 || to >= count ? from : to;
}

/** The number of the grid's element that an event comes from. */
export function indexOf({ target }: Event): number | null {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return element === null ? null : Number(element.dataset.index);
}

/**
 * One tab stop for elements that have their number as `data-index` and `tabIndexOf` it as their tabIndex. `keys` are handlers for the
 * element around them. `moved` is told where an arrow key has led.
 */
export function useRovingFocus(grid: Grid, moved?: (index: number) => void) {
  const active = useSignal(0);
  return {
    tabIndexOf: (index: number): 0 | -1 => (index === clamped(active.value, grid.count) ? 0 : -1),
    keys: {
      onFocusIn: (event: FocusEvent): void => {
        active.value = indexOf(event) ?? active.value;
      },
      onKeyDown: (event: KeyboardEvent): void => {
        const from = indexOf(event);
        const to = from === null ? null : destination(event.key, from, grid);
        if (to === null) return;
        event.preventDefault();
        moved?.(to);
        (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus();
      },
    },
  };
}
