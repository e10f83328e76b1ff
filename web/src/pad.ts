// SPDX-License-Identifier: MIT
//
// What a visitor can do with the pad. Every change of the strokes is read by the network at once.

import { batch } from '@preact/signals';
import { draw } from './controller';
import * as padState from './state/pad-state';
import { pad, replay } from './state/store';
import type { PadState, Point, Stroke } from './state/pad-state';
import type { StrokePoint } from 'tinycnn';

function change(next: PadState): void {
  if (next === pad.value) return;
  batch(() => {
    pad.value = next;
    replay.value = null;
  });
  draw(next.strokes);
}

export const beginStroke = (point: Point): void => {
  change(padState.began(pad.value, point));
};
export const extendStroke = (points: readonly Point[]): void => {
  change(padState.extended(pad.value, points));
};
export const undo = (): void => {
  if (pad.value.past.length > 0) change(padState.undone(pad.value));
};
export const redo = (): void => {
  if (pad.value.future.length > 0) change(padState.redone(pad.value));
};
export const showDrawing = (strokes: readonly (readonly StrokePoint[])[]): void => {
  change(padState.replaced(pad.value, strokes));
};

const kPointsPerSecond = 60;
const kLeastMilliseconds = 600;
const kMostMilliseconds = 3000;
/** Where motion is not wanted, one stroke after another. */
const kStrokeMilliseconds = 500;

function shareAt(elapsed: number, strokes: readonly Stroke[], still: boolean): number {
  const count = strokes.flat().length;
  if (!still) {
    const milliseconds = (count * 1000) / kPointsPerSecond;
    return elapsed / Math.min(kMostMilliseconds, Math.max(kLeastMilliseconds, milliseconds));
  }
  const shown = Math.floor(elapsed / kStrokeMilliseconds);
  return shown > strokes.length ? 1 : strokes.slice(0, shown).flat().length / count;
}

/** Draws what is on the pad once more, as it was drawn. */
export function startReplay(): void {
  const { strokes } = pad.value;
  if (strokes.length === 0) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const from = performance.now();
  replay.value = 0;
  const next = (): void => {
    if (replay.value === null) return;
    const share = shareAt(performance.now() - from, strokes, still);
    const lasts = still ? (strokes.length + 1) * kStrokeMilliseconds > performance.now() - from : share < 1;
    replay.value = lasts ? share : null;
    if (lasts) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}
