// SPDX-License-Identifier: MIT
//
// Commands that put whole drawings on the pad.

import { replaced } from '../state/fit-drawing';
import { changed } from '../state/pad-state';
import { pad } from '../state/store';
import { change } from './input';
import type { Stroke } from '../shared/strokes';
import type { StrokePoint } from 'tinycnn';

/** Puts strokes that were on the pad before on it again. */
export const putDrawing = (strokes: readonly Stroke[]): void => {
  change(changed(pad.value, strokes));
};

/** Puts a drawing from elsewhere on the pad; Undo brings back what was there. */
export const showDrawing = (strokes: readonly (readonly StrokePoint[])[]): void => {
  change(replaced(pad.value, strokes));
};
