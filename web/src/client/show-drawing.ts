// SPDX-License-Identifier: MIT
//
// Puts a drawing from elsewhere on the pad; Undo brings back what was there.

import { change } from './pad';
import { replaced } from '../state/fit-drawing';
import { pad } from '../state/store';
import type { StrokePoint } from 'tinycnn';

export const showDrawing = (strokes: readonly (readonly StrokePoint[])[]): void => {
  change(replaced(pad.value, strokes));
};
