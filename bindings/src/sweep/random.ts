// SPDX-License-Identifier: MIT
// Random numbers that follow from a seed, for choosing trials. The engine's own generator belongs to training.

/** xorshift32 (G. Marsaglia, 2003) behind a multiplicative hash of the seed: numbers in [0, 1). */
export function seededUniforms(seed: number): () => number {
  let state = (Math.imul((seed % 2 ** 32) + 1, 0x9e3779b1) ^ Math.floor(seed / 2 ** 32)) >>> 0 || 1;
  return () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
}
