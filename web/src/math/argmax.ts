// SPDX-License-Identifier: MIT
//
// The most probable class. Pure.

/** Index of the first of the highest values; -1 where one is NaN or there are none. */
export const argmax = (values: ArrayLike<number>): number => {
  const all = Array.from(values);
  return all.indexOf(Math.max(...all));
};
