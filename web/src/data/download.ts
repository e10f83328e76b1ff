// SPDX-License-Identifier: MIT
//
// One file over HTTP, counted while it comes. A server that answers with an error, closes early or sends nothing for a while makes
// this throw a sentence that people can read; the caller then turns to the next source.

export const kStallMilliseconds = 8000;

export interface DownloadProgress {
  /** Bytes received so far and, if the server said so, the size of the whole file as it is sent. */
  received: number;
  total: number | null;
}

/** Rejects once `touch` has not been called for kStallMilliseconds. */
function stallGuard(abort: AbortController): { touch: () => void; end: () => void } {
  let timer = 0;
  const touch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      abort.abort(new Error(`nothing came for ${kStallMilliseconds / 1000} seconds`));
    }, kStallMilliseconds) as unknown as number;
  };
  touch();
  return {
    touch,
    end: () => {
      clearTimeout(timer);
    },
  };
}

/** Content-Length counts bytes as sent: it is of no use where the server adds a content encoding that the browser undoes. */
function announcedSize(response: Response): number | null {
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  return Number.isFinite(length) && response.headers.get('content-encoding') === null ? length : null;
}

function joined(chunks: Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

async function readBody(response: Response, touch: () => void, report: (p: DownloadProgress) => void) {
  const total = announcedSize(response);
  const chunks: Uint8Array[] = [];
  let received = 0;
  if (response.body === null) throw new Error('the answer was empty');
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    touch();
    chunks.push(part.value);
    received += part.value.length;
    report({ received, total });
  }
  if (total !== null && received < total) throw new Error('the connection closed half-way');
  return joined(chunks, received);
}

/** A fetch that fails gives no reason to scripts; these are the reasons there are. */
function readable(error: unknown, signal: AbortSignal, started: boolean): Error {
  if (signal.aborted && signal.reason instanceof Error) return signal.reason;
  if (error instanceof TypeError)
    return new Error(started ? 'the connection closed half-way' : 'it could not be reached');
  return error instanceof Error ? error : new Error(String(error));
}

export async function download(url: URL, report: (p: DownloadProgress) => void): Promise<Uint8Array<ArrayBuffer>> {
  const abort = new AbortController();
  const guard = stallGuard(abort);
  let started = false;
  try {
    const response = await fetch(url, { signal: abort.signal, credentials: 'omit' });
    if (!response.ok)
      throw new Error(response.status === 404 ? 'the file is not there (404)' : `it answered ${response.status}`);
    started = true;
    return await readBody(response, guard.touch, report);
  } catch (error) {
    const reason = readable(error, abort.signal, started);
    abort.abort();
    throw reason;
  } finally {
    guard.end();
  }
}
