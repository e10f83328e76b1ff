// SPDX-License-Identifier: MIT
//
// Which output cell is looked at: it follows the pointer until it is pinned, and a playback may lead it over all cells in turn.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lessMotion } from '../../../shared/motion';
import type { Signal } from '@preact/signals';
import type { Cell, PictureShape } from '../../../math/geometry';

export interface Cursor {
  cell: Signal<Cell>;
  /** A pinned cell stays where it is until it is let go. */
  pinned: Signal<boolean>;
  playing: Signal<boolean>;
  /** Cells that have been played so far, row by row; null: nothing is played. */
  played: Signal<number | null>;
  /** What was last chosen by keyboard, to be read out. */
  spoken: Signal<boolean>;
}

const interval = 110;
/** For who has asked for less motion: slow enough to follow without anything seeming to move. */
const calmInterval = 1000;

/** The cell that answers most strongly: something is to be seen there. */
function strongest(values: Float32Array, width: number): Cell {
  let at = 0;
  values.forEach((value, i) => {
    if (Math.abs(value) > Math.abs(values[at]!)) at = i;
  });
  return { y: Math.floor(at / width), x: at % width };
}

export function useCursor(values: Float32Array, shape: PictureShape): Cursor {
  const cursor: Cursor = {
    cell: useSignal(strongest(values, shape[2])),
    pinned: useSignal(false),
    playing: useSignal(false),
    played: useSignal<number | null>(null),
    spoken: useSignal(false),
  };
  const playing = cursor.playing.value;
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(
      () => {
        advance(cursor, shape);
      },
      lessMotion() ? calmInterval : interval,
    );
    return () => {
      clearInterval(timer);
    };
  }, [playing]);
  return cursor;
}

/** The next cell; after the last one it is over. */
export function advance({ cell, playing, played, pinned }: Cursor, [, height, width]: PictureShape): void {
  const next = played.value ?? 0;
  if (next >= height * width) {
    playing.value = false;
    played.value = null;
    return;
  }
  pinned.value = false;
  cell.value = { y: Math.floor(next / width), x: next % width };
  played.value = next + 1;
}

export function moveTo({ cell, pinned, playing, played, spoken }: Cursor, to: Cell, how: 'pointer' | 'key'): void {
  if (pinned.value && how === 'pointer') return;
  playing.value = false;
  played.value = null;
  spoken.value = how === 'key';
  cell.value = to;
}

/** One level back: whether there was one within the opened channel. */
export function stepBack({ pinned, playing, played }: Cursor): boolean {
  const inside = pinned.value || played.value !== null;
  pinned.value = false;
  playing.value = false;
  played.value = null;
  return inside;
}
