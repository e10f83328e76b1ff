// SPDX-License-Identifier: MIT
//
// Gzip by the browser's own DecompressionStream. Bytes without gzip's magic pass through unchanged, because servers and people
// sometimes unpack files on the way.

import { inWords } from '../../shared/dataset';
import type { Bytes, SourceFile } from '../../shared/source-file';

export const isGzip = (bytes: Uint8Array): boolean => bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;

/** More than any data set that fits into this page. */
const maxBytes = 1 << 30;

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new RangeError('it decompresses to more than 1 GB');
    }
    chunks.push(part.value as Uint8Array<ArrayBuffer>);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** The decompressed bytes; throws when the archive is damaged, ends too early, or unpacks to more than a gigabyte. */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(bytes)) return bytes;
  try {
    return await readAll(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new Error('the gzip archive is damaged or ends too early', { cause: error });
  }
}

/** A file as it is and decompressed; throws a sentence that begins with its path. */
export async function readUnpacked(file: SourceFile): Promise<{ sent: Bytes; plain: Bytes }> {
  const sent = await file.read();
  const plain = await gunzip(sent).catch((error: unknown) => {
    throw new Error(`${file.path}: ${inWords(error)}.`, { cause: error });
  });
  return { sent, plain };
}
