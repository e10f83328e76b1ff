// SPDX-License-Identifier: MIT
//
// One file over HTTP, counted while it comes. Where the connection closes half-way, the rest is asked for by range and joined to what is
// there, if the server agrees that it is the rest of the same file; else it begins anew. A server that answers with an error, falls silent
// or gets no farther makes this throw a sentence that people can read; the caller then turns to the next source.

export const stallMilliseconds = 8000;
/** A connection that breaks more often than this is of no use. */
const maxPieces = 20;
/** Before the rest is asked for. */
const pauseMilliseconds = 250;

export interface DownloadProgress {
  /** Bytes received so far and, if the server said so, the size of the whole file as it is sent. */
  received: number;
  total: number | null;
}

export interface Downloaded {
  bytes: Uint8Array<ArrayBuffer>;
  /** Whether it came in more than one piece. */
  resumed: boolean;
}

/** The connection closed before the end. What came is kept. */
class BrokenOffError extends Error {
  constructor() {
    super('the connection closed half-way');
  }
}

/** Aborts once `touch` has not been called for stallMilliseconds. */
function stallGuard(abort: AbortController): { touch: () => void; end: () => void } {
  let timer = 0;
  const touch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      abort.abort(new Error(`nothing came for ${stallMilliseconds / 1000} seconds`));
    }, stallMilliseconds) as unknown as number;
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

class Download {
  #chunks: Uint8Array[] = [];
  #received = 0;
  #total: number | null = null;
  #tag: string | null = null;
  #pieces = 0;

  constructor(
    private readonly url: URL,
    private readonly report: (p: DownloadProgress) => void,
    private readonly mostPieces: number,
  ) {}

  async run(): Promise<Downloaded> {
    for (;;) {
      const before = this.#received;
      try {
        await this.#piece();
        return { bytes: this.#joined(), resumed: this.#pieces > 1 };
      } catch (error) {
        const gotFarther = error instanceof BrokenOffError && this.#received > before && this.#total !== null;
        if (!gotFarther || this.#pieces >= this.mostPieces) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
      }
    }
  }

  /** Only headers that need no preflight go to other sites, whose servers rarely answer one: If-Range is none of them. */
  #headers(): Record<string, string> {
    if (this.#received === 0) return {};
    const sameSite = this.url.origin === globalThis.location.origin;
    return { Range: `bytes=${this.#received}-`, ...(sameSite && this.#tag !== null ? { 'If-Range': this.#tag } : {}) };
  }

  async #piece(): Promise<void> {
    const abort = new AbortController();
    const guard = stallGuard(abort);
    let started = false;
    try {
      const response = await fetch(this.url, { signal: abort.signal, credentials: 'omit', headers: this.#headers() });
      started = true;
      this.#begin(response);
      await this.#read(response, guard.touch);
    } catch (error) {
      abort.abort(error);
      const reason: unknown = abort.signal.reason;
      if (!(reason instanceof TypeError)) throw reason;
      throw started ? new BrokenOffError() : new Error('it could not be reached', { cause: error });
    } finally {
      guard.end();
    }
  }

  /** Whether it is the rest, or the whole again, or an error. */
  #begin(response: Response): void {
    if (response.status === 404) throw new Error('the file is not there (404)');
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const length = announcedSize(response);
    ++this.#pieces;
    if (response.status === 206 && length !== null && this.#received + length === this.#total) return;
    if (response.status === 206) throw new Error('it sent another part than was asked for');
    this.#chunks = [];
    this.#received = 0;
    this.#pieces = 1;
    this.#total = length;
    this.#tag = response.headers.get('etag');
  }

  async #read(response: Response, touch: () => void): Promise<void> {
    if (response.body === null) throw new Error('the answer was empty');
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      touch();
      this.#chunks.push(part.value);
      this.#received += part.value.length;
      this.report({ received: this.#received, total: this.#total });
    }
    if (this.#total !== null && this.#received < this.#total) throw new BrokenOffError();
  }

  #joined(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#received);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }
}

export const download = (url: URL, report: (p: DownloadProgress) => void, mayResume: boolean): Promise<Downloaded> =>
  new Download(url, report, mayResume ? maxPieces : 1).run();
