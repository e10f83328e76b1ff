// SPDX-License-Identifier: MIT
//
// SHA-256 (FIPS 180-4) where the browser offers none: see sha256.ts.

const primeCount = 64;

/** The first 32 fractional bits of `root` of each of the first 64 primes. */
function fractionalBits(root: (prime: number) => number): Uint32Array {
  const words = new Uint32Array(primeCount);
  let found = 0;
  for (let candidate = 2; found < primeCount; ++candidate) {
    let prime = true;
    for (let d = 2; d * d <= candidate; ++d) prime &&= candidate % d !== 0;
    if (prime) words[found++] = (root(candidate) % 1) * 2 ** 32;
  }
  return words;
}

const round = fractionalBits(Math.cbrt);
const start = fractionalBits(Math.sqrt).subarray(0, 8);

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function compress(state: Uint32Array, block: DataView, schedule: Uint32Array): void {
  for (let t = 0; t < 16; ++t) schedule[t] = block.getUint32(4 * t);
  for (let t = 16; t < 64; ++t) {
    const w15 = schedule[t - 15]!;
    const w2 = schedule[t - 2]!;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[t] = schedule[t - 16]! + s0 + schedule[t - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; ++t) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + round[t]! + schedule[t]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = state[i]! + word));
}

/** The hash without crypto.subtle: about a second for MNIST's largest file. */
export function sha256InScript(bytes: Uint8Array): string {
  const state = start.slice();
  const schedule = new Uint32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64)
    compress(state, new DataView(bytes.buffer, bytes.byteOffset + at, 64), schedule);
  const remainder = bytes.subarray(whole);
  const tail = new Uint8Array(remainder.length < 56 ? 64 : 128);
  tail.set(remainder);
  tail[remainder.length] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n);
  for (let at = 0; at < tail.length; at += 64) compress(state, new DataView(tail.buffer, at, 64), schedule);
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
}
