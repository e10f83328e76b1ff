// SPDX-License-Identifier: MIT
//
// At which steps the weights of a run are noted, so that it can be looked back at: at each of the first ones, then ever farther apart, with
// a bound on what all of them take. The steps depend on nothing but the network's size: the same run has the same moments. Pure.

/** Weights of a run as they were at a step, with which the network predicted: all arrays of its state_dict, one after another. */
export interface Moment {
  step: number;
  weights: Float32Array<ArrayBuffer>;
}

/** For all moments of a run. The other three of the ten million bytes that a run's past may take are for checkpoints between them. */
export const maxMomentBytes = 7_000_000;
/** From one moment to the next, where there is room for as many; with it 80 moments reach to step 20,000. */
const densest = 1.12;
/** Up to here there is to be room, without letting go of moments. */
const longRun = 30_000;
/** Beyond ten times this, moments are at multiples of it, where training pauses anyway. */
const grid = 20;

/** By how much the step of a moment grows to the next, for a network of so many weights. */
export function growthFor(weights: number): number {
  const count = Math.max(2, Math.floor(maxMomentBytes / (weights * Float32Array.BYTES_PER_ELEMENT)));
  return Math.max(densest, longRun ** (1 / count));
}

/** The first moment after `step`. */
export function momentAfter(step: number, growth: number): number {
  let at = 0;
  while (at <= step) {
    const next = Math.max(at + 1, Math.ceil(at * growth));
    at = next > 10 * grid ? Math.ceil(next / grid) * grid : next;
  }
  return at;
}
