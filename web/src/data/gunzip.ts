// SPDX-License-Identifier: MIT
//
// Gzip by the browser's own DecompressionStream. Bytes without gzip's magic pass through unchanged, because servers and people
// sometimes unpack files on the way.

export const isGzip = (bytes: Uint8Array): boolean => bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The decompressed bytes; throws when the archive is damaged or ends too early. */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(bytes)) return bytes;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new Error('the gzip archive is damaged or ends too early');
  }
}
