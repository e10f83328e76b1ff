// SPDX-License-Identifier: MIT
//
// The core's own hash of weights.

/** 64-bit FNV-1a. http://www.isthe.com/chongo/tech/comp/fnv/ */
export function fnv1a(bytes) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash;
}

/** All of a session's parameters' bytes, in order. */
export function weightsBytes(session) {
  const parts = session.parameters().map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return new Uint8Array(Buffer.concat(parts));
}

/** As the core's Model::parameter_hash prints. */
export const parameterHash = (session) => fnv1a(weightsBytes(session)).toString(16).padStart(16, '0');
