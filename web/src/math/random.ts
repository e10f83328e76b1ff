// SPDX-License-Identifier: MIT
//
// Random numbers that follow from a seed, where what is drawn is no part of training. Pure.

/** xorshift32 (G. Marsaglia, 2003): numbers in [0, 1). `seed`: not 0. */
export function seededUniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
