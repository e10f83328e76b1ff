// SPDX-License-Identifier: MIT
//
// Plays a picture cell by cell, as the window slides over its input: play, pause, one cell further.

import { Icon } from '../../../ui/icons';
import { advance } from './cursor';
import type { Mark } from './cell-picture';
import type { Cursor } from './cursor';
import type { PictureShape } from '../../../math/geometry';

/** Covers the cells that have not been played yet. */
export function notYetPlayed({ played }: Cursor, [, height, width]: PictureShape): Mark[] {
  if (played.value === null) return [];
  const [y, x] = [Math.floor(played.value / width), played.value % width];
  const unplayed: Mark[] = x === 0 ? [] : [{ kind: 'hidden', y, x, height: 1, width: width - x }];
  const next = x === 0 ? y : y + 1;
  return next < height ? [...unplayed, { kind: 'hidden', y: next, x: 0, height: height - next, width }] : unplayed;
}

export function Playback({ cursor, shape }: { cursor: Cursor; shape: PictureShape }) {
  const { playing } = cursor;
  return (
    <div class="playback">
      <button
        type="button"
        class="button"
        onClick={() => {
          playing.value = !playing.value;
        }}
      >
        <Icon name={playing.value ? 'pause' : 'play'} />
        {playing.value ? 'Pause the window' : 'Play cell by cell'}
      </button>
      <button
        type="button"
        class="button"
        onClick={() => {
          playing.value = false;
          advance(cursor, shape);
        }}
      >
        <Icon name="step" />
        Next cell
      </button>
    </div>
  );
}
