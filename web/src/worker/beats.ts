// SPDX-License-Identifier: MIT
//
// Training in beats, for those who want to watch: so many steps, then a picture, then a rest until the next beat.

import { beatAt } from '../shared/tempo';
import type { Beat, Tempo } from '../shared/tempo';

export class Beats {
  #tempo: Tempo = 'full';
  #index = 0;
  #beat: Beat | null = null;
  #left = 0;
  #beganAt = 0;

  get tempo(): Tempo {
    return this.#tempo;
  }

  /** From the first beat on. */
  start(tempo: Tempo, now: number): void {
    this.#tempo = tempo;
    this.#index = 0;
    this.#begin(now);
  }

  /** Steps until the picture at the end of this beat; Infinity at full speed. */
  get left(): number {
    return this.#beat === null ? Infinity : this.#left;
  }

  /** So many steps were trained: how long to rest until the next beat if this one is over, null if it is not. */
  trained(steps: number, now: number): number | null {
    if (this.#beat === null) return null;
    this.#left -= steps;
    return this.#left > 0 ? null : Math.max(0, this.#beganAt + this.#beat.lasts - now);
  }

  /** The next beat; whether there is none, and full speed begins. */
  next(now: number): boolean {
    ++this.#index;
    this.#begin(now);
    if (this.#beat !== null) return false;
    this.#tempo = 'full';
    return true;
  }

  #begin(now: number): void {
    this.#beat = beatAt(this.#tempo, this.#index);
    this.#left = this.#beat?.steps ?? 0;
    this.#beganAt = now;
  }
}

export const rest = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
