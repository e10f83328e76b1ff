// SPDX-License-Identifier: MIT
//
// One file over HTTP, counted while it arrives. When the connection breaks, the missing part is requested by range and appended to what is
// there, if the server agrees that it belongs to the same file; otherwise the download starts from the beginning. A server that answers
// with an error, stalls or keeps closing the connection makes this throw a sentence for the visitor; the caller then asks the next source.

export const stallMilliseconds = 8000;
/** A download that breaks more often than this is given up. */
const maxPieces = 20;
/** Connections in a row that bring nothing new before the download is given up. */
const retriesWithoutProgress = 3;
/** Before the first retry; doubled for each further connection that brought nothing new. */
const pauseMilliseconds = 250;

/** Exponential backoff, spread over half to one and a half times its length, so that many visitors do not come back at the same moment. */
export const backoff = (withoutProgress: number, random = Math.random()): number =>
  pauseMilliseconds * 2 ** Math.max(0, withoutProgress - 1) * (0.5 + random);

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export interface DownloadProgress {
  /** Bytes received so far and, if the server said so, the size of the whole file as it is sent. */
  received: number;
  total: number | null;
}

export interface DownloadOptions {
  /** False: a connection that breaks makes the download start from the beginning. */
  mayResume?: boolean;
  /** How a pause before a retry is made. */
  pause?: (milliseconds: number) => Promise<void>;
}

export interface Downloaded {
  bytes: Uint8Array<ArrayBuffer>;
  /** Whether it came in more than one piece. */
  resumed: boolean;
}

/** The connection could not be opened, or closed before the end. The bytes that arrived are kept. */
class BrokenOffError extends Error {}

const couldNotConnect = (cause: unknown) => new BrokenOffError('it could not be reached', { cause });
const closedEarly = () => new BrokenOffError('the connection closed before the end of the file');
const isOtherFile = () => new BrokenOffError('the file changed during the download');

/** Aborts once `touch` has not been called for stallMilliseconds. */
function stallGuard(abort: AbortController): { touch: () => void; end: () => void } {
  let timer = 0;
  const touch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      abort.abort(new Error(`no data arrived for ${stallMilliseconds / 1000} seconds`));
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
    private readonly options: DownloadOptions,
  ) {}

  async run(): Promise<Downloaded> {
    const { mayResume = true, pause = wait } = this.options;
    let withoutProgress = 0;
    for (let connections = 1; ; ++connections) {
      const before = this.#received;
      try {
        await this.#piece();
        return { bytes: this.#joined(), resumed: this.#pieces > 1 };
      } catch (error) {
        if (!(error instanceof BrokenOffError) || connections >= maxPieces || !navigator.onLine) throw error;
        if (!mayResume || this.#total === null) this.#forget();
        withoutProgress = this.#received > before ? 0 : withoutProgress + 1;
        if (withoutProgress > retriesWithoutProgress) throw error;
        await pause(backoff(withoutProgress));
      }
    }
  }

  /** The next request is for the whole file. */
  #forget(): void {
    this.#chunks = [];
    this.#received = 0;
    this.#pieces = 0;
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
      throw started ? closedEarly() : couldNotConnect(error);
    } finally {
      guard.end();
    }
  }

  /** Sorts out whether the answer is the missing part, the whole file or an error. */
  #begin(response: Response): void {
    const { status } = response;
    const length = announcedSize(response);
    if (status === 206 && length !== null && this.#received + length === this.#total) {
      ++this.#pieces;
      return;
    }
    const hadPart = this.#received > 0;
    this.#forget();
    if (hadPart && (status === 206 || status === 416)) throw isOtherFile();
    if (status === 404) throw new Error('the file does not exist (404)');
    if (status !== 200) throw new Error(`the server answered ${status}`);
    this.#pieces = 1;
    this.#total = length;
    this.#tag = response.headers.get('etag');
  }

  async #read(response: Response, touch: () => void): Promise<void> {
    if (response.body === null) throw new Error('the response was empty');
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      touch();
      this.#chunks.push(part.value);
      this.#received += part.value.length;
      this.report({ received: this.#received, total: this.#total });
    }
    if (this.#total !== null && this.#received < this.#total) throw closedEarly();
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

export const download = (
  url: URL,
  report: (p: DownloadProgress) => void,
  options: DownloadOptions = {},
): Promise<Downloaded> => new Download(url, report, options).run();
