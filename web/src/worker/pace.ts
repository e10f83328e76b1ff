// SPDX-License-Identifier: MIT
//
// How much work fits into one turn: starts with one unit and follows what the last chunks took, so that the worker listens as often on
// any machine.

/** Between two moments at which the worker listens, in milliseconds: to who asks at every move of a hand, and to who only looks on. */
export const turnMilliseconds = { asked: 20, watched: 50 };
const maxGrowth = 2;

export class Pace {
  #units = 1;

  constructor(private readonly max: number) {}

  get units(): number {
    return this.#units;
  }

  learn(units: number, milliseconds: number, target = turnMilliseconds.asked): void {
    const fitting = (units * target) / Math.max(milliseconds, 0.1);
    this.#units = Math.max(1, Math.min(this.max, Math.floor(Math.min(fitting, units * maxGrowth))));
  }
}

/** Units a second over about the last second of work, pauses left out. */
export class Rate {
  #units = 0;
  #milliseconds = 0;

  learn(units: number, milliseconds: number): void {
    const keep = this.#milliseconds > 1000 ? 1000 / (this.#milliseconds + milliseconds) : 1;
    this.#units = (this.#units + units) * keep;
    this.#milliseconds = (this.#milliseconds + milliseconds) * keep;
  }

  get perSecond(): number {
    return this.#milliseconds > 0 ? (1000 * this.#units) / this.#milliseconds : 0;
  }
}
