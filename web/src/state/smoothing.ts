// SPDX-License-Identifier: MIT
//
// Smoothed curves: the mean of what came before, each value weighing less than the one after it. Pure.

/** How much of the mean so far a smoothed value keeps, by name. */
export const smoothing = { none: 0, light: 0.8, strong: 0.96 } as const;

export type Smoothing = keyof typeof smoothing;

/**
 * The exponential moving average of what was measured, with its beginning corrected (the first value is the first measurement); gaps
 * stay gaps. keep: 0..1.
 */
export function smoothed(values: readonly (number | null)[], keep: number): (number | null)[] {
  let [sum, weight] = [0, 0];
  return values.map((value) => {
    if (value === null) return null;
    sum = keep * sum + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return sum / weight;
  });
}
