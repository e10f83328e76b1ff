// SPDX-License-Identifier: MIT
//
// Which epoch is the best by the loss on the validation images, and how long ago that was. Pure.

/** Of a test; undefined where no images are held out. */
export type LossAt = readonly [step: number, loss: number | undefined];

/** The step at which the epoch with the lowest loss ended, the first of equals. Only whole epochs count, as in the package's `fit`. Null
 * where there is none. */
export function bestStep(losses: Iterable<LossAt>, stepsPerEpoch: number): number | null {
  let best: number | null = null;
  let min = Infinity;
  for (const [step, loss = Infinity] of losses) {
    if (step === 0 || step % stepsPerEpoch !== 0 || !(loss < min)) continue;
    best = step;
    min = loss;
  }
  return best;
}

/** Epochs that are over at `step` since the best one. */
export function epochsSinceBest(losses: Iterable<LossAt>, stepsPerEpoch: number, step: number): number {
  const best = bestStep(losses, stepsPerEpoch);
  return best === null ? 0 : Math.floor((step - best) / stepsPerEpoch);
}
