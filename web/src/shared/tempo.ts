// SPDX-License-Identifier: MIT
//
// How fast training is shown. `show` begins with one step per picture and gets faster and faster until it trains as fast as it can;
// `slow` stays with one step per picture; `full` never waits. The weights do not depend on it. Pure.

export const tempos = ['show', 'slow', 'full'] as const;

export type Tempo = (typeof tempos)[number];

/** A number of steps, then a picture of what has come of them. */
export interface Beat {
  steps: number;
  /** Milliseconds from its beginning to the next one, at least. */
  lasts: number;
}

/** Of the show: beats with a single step each, then so many more with ever more steps. */
const singleSteps = 14;
const growingBeats = 48;
const growth = 1.13;
const showBeat = 80;
const slowBeat = 250;

/** Beat number `index` since training began; null: full speed from here on. */
export function beatAt(tempo: Tempo, index: number): Beat | null {
  if (tempo === 'full' || (tempo === 'show' && index >= singleSteps + growingBeats)) return null;
  if (tempo === 'slow') return { steps: 1, lasts: slowBeat };
  return { steps: index < singleSteps ? 1 : Math.round(growth ** (index - singleSteps + 1)), lasts: showBeat };
}
