// SPDX-License-Identifier: MIT
//
// What a visitor can do with the pad. Every change of the strokes is read by the network at once.

import { batch } from '@preact/signals';
import { draw } from './controller';
import * as padState from '../state/pad-state';
import { pad, replay } from '../state/store';
import type { Point } from '../shared/strokes';
import type { PadState } from '../state/pad-state';

/** The strokes as they are from now on; a replay ends. */
export function change(next: PadState): void {
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
