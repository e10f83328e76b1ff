// SPDX-License-Identifier: MIT
//
// 64-bit FNV-1a, the hash of checkpoints and of weights everywhere in this project. It detects damage and tells sets of weights apart; it is
// no cryptographic hash. http://www.isthe.com/chongo/tech/comp/fnv/ Pure.

const twoTo32 = 2 ** 32;
/** The prime is 2^40 + 435. */
const lowPrime = 435;

export class Fnv1a {
  #high = 0xcbf29ce4;
  #low = 0x84222325;

  add(bytes: Uint8Array): this {
    let [high, low] = [this.#high, this.#low];
    for (const byte of bytes) {
      low = (low ^ byte) >>> 0;
      const product = low * lowPrime; // below 2^41, so a double holds it exactly
      const shifted = (low << 8) >>> 0; // low times 2^40, as far as it is in the upper half
      high = (high * lowPrime + Math.floor(product / twoTo32) + shifted) % twoTo32;
      low = product % twoTo32;
    }
    [this.#high, this.#low] = [high, low];
    return this;
  }

  /** Sixteen digits. */
  get hex(): string {
    return [this.#high, this.#low].map((half) => half.toString(16).padStart(8, '0')).join('');
  }
}

/** Of float32 arrays one after another, little-endian as in every browser. */
export function hashOfWeights(arrays: readonly Float32Array[]): string {
  const hash = new Fnv1a();
  for (const { buffer, byteOffset, byteLength } of arrays) hash.add(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.hex;
}
