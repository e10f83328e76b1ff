// SPDX-License-Identifier: MIT
//
// Quick looks at how well the network does between two tests, always on the same small sample of the test images, spread over all of
// them. At steps that lie ever further apart, so that all looks together cost next to nothing.

import type { Session } from 'tinycnn';
import type { Probe } from '../shared/protocol';

const sampleSize = 1000;
/** Until this step the accuracy rises by several points from one look to the next, and a smaller sample is enough. */
const early = { steps: 200, sampleSize: 400 };
/** Short ranges keep several threads less busy. */
const groups = 5;
/** Of the distance between two looks and the steps trained so far: at full speed all looks of TinyCNN's first second take a fifth of it,
 * those of its third one a thirtieth. */
const spacing = 0.25;

export class Prober {
  #next = 0;

  constructor(
    private readonly session: Session,
    private readonly testCount: number,
  ) {}

  /** The run goes on from another step. */
  restart(): void {
    this.#next = 0;
  }

  /** A look, if it is time for one at this step. */
  look(): Probe | null {
    const { step } = this.session;
    if (step < this.#next || this.testCount === 0) return null;
    this.#next = step + Math.max(1, Math.ceil(step * spacing));
    const count = Math.min(step < early.steps ? early.sampleSize : sampleSize, this.testCount);
    const inGroups = count < this.testCount ? groups : 1;
    const size = Math.floor(count / inGroups);
    let [loss, correct] = [0, 0];
    for (let group = 0; group < inGroups; ++group) {
      const first = Math.floor((group * (this.testCount - size)) / Math.max(1, inGroups - 1));
      const part = this.session.evaluateRange('test', first, size);
      loss += part.lossSum;
      correct += part.correct;
    }
    const images = size * inGroups;
    return { step, loss: loss / images, accuracy: correct / images, count: images };
  }
}
