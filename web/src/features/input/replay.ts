// SPDX-License-Identifier: MIT
//
// What is on the pad once more, as it was drawn.

import { pad, replay } from '../../state/store';
import { lessMotion } from '../../shared/motion';
import type { Stroke } from '../../shared/strokes';

const pointsPerSecond = 60;
const minMilliseconds = 600;
const maxMilliseconds = 3000;
/** Where motion is not wanted, one stroke after another. */
const strokeMilliseconds = 500;

function shareAt(elapsed: number, strokes: readonly Stroke[], still: boolean): number {
  const count = strokes.flat().length;
  if (!still) {
    const milliseconds = (count * 1000) / pointsPerSecond;
    return elapsed / Math.min(maxMilliseconds, Math.max(minMilliseconds, milliseconds));
  }
  const shown = Math.floor(elapsed / strokeMilliseconds);
  return shown > strokes.length ? 1 : strokes.slice(0, shown).flat().length / count;
}

let frame = 0;

/** A replay that is under way ends. */
export function startReplay(): void {
  const { strokes } = pad.value;
  if (strokes.length === 0) return;
  const still = lessMotion();
  const from = performance.now();
  cancelAnimationFrame(frame);
  replay.value = 0;
  const next = (): void => {
    if (replay.value === null) return;
    const share = shareAt(performance.now() - from, strokes, still);
    const lasts = still ? (strokes.length + 1) * strokeMilliseconds > performance.now() - from : share < 1;
    replay.value = lasts ? share : null;
    if (lasts) frame = requestAnimationFrame(next);
  };
  frame = requestAnimationFrame(next);
}
