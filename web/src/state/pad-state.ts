// SPDX-License-Identifier: MIT
//
// What is on the pad, as strokes, with undo and redo. Pure.

import type { Point, Stroke } from '../shared/strokes';

export interface PadState {
  strokes: readonly Stroke[];
  /** What was there before each act, the latest last; and after each that was undone, the next first. */
  past: readonly (readonly Stroke[])[];
  future: readonly (readonly Stroke[])[];
}

export const emptyPad: PadState = { strokes: [], past: [], future: [] };

/** The pad after an act that leads to these strokes. */
export const changed = ({ strokes, past }: PadState, next: readonly Stroke[]): PadState => ({
  strokes: next,
  past: [...past, strokes],
  future: [],
});

export const began = (pad: PadState, point: Point): PadState => changed(pad, [...pad.strokes, [point]]);

/** The stroke that is being drawn goes on. */
export function extended(pad: PadState, points: readonly Point[]): PadState {
  const last = pad.strokes.at(-1);
  return last === undefined ? pad : { ...pad, strokes: [...pad.strokes.slice(0, -1), [...last, ...points]] };
}

export const cleared = (pad: PadState): PadState => (pad.strokes.length === 0 ? pad : changed(pad, []));

export function undone({ strokes, past, future }: PadState): PadState {
  const before = past.at(-1);
  if (before === undefined) return { strokes, past, future };
  return { strokes: before, past: past.slice(0, -1), future: [strokes, ...future] };
}

export function redone({ strokes, past, future }: PadState): PadState {
  const [after, ...rest] = future;
  return after === undefined ? { strokes, past, future } : { strokes: after, past: [...past, strokes], future: rest };
}

/** As much of the strokes as has been drawn at this share (0..1) of their length. */
export function partOf(strokes: readonly Stroke[], share: number): readonly Stroke[] {
  let left = Math.ceil(share * strokes.flat().length);
  return strokes.flatMap((stroke) => {
    const part = stroke.slice(0, Math.max(0, left));
    left -= stroke.length;
    return part.length === 0 ? [] : [part];
  });
}
