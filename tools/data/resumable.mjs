// SPDX-License-Identifier: MIT
// One file over HTTP into a partial file beside a note of where it comes from. A connection that breaks leaves it there: the next call
// asks for the missing part by range, if the server still has the same file (If-Range), and for the whole file otherwise.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync, appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const answerMillisecondsLimit = 8000;
const stallMillisecondsLimit = 15000;
/** A download that breaks more often than this is given up. */
const maxPieces = 20;
/** Connections in a row that bring nothing new before the download is given up; a pause that grows with their number precedes each. */
const maxRetriesWithoutProgress = 3;
const pauseMilliseconds = 100;
/** Codes of errors that trying again at once does not help against. */
const unreachableCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** The connection closed before the end. The bytes that came stay in the partial file. */
class BrokenOffError extends Error {
  constructor(cause) {
    super('it cannot be reached, or the connection broke', { cause });
    this.isUnreachable = unreachableCodes.has(cause?.cause?.code);
  }
}

const notePath = (path) => `${path}.json`;

export function forgetPartial(path) {
  for (const each of [path, notePath(path)]) rmSync(each, { force: true });
}

/** What is there of `url` already: { size, tag }; size 0 where nothing can be gone on from. */
function found(path, url) {
  const nothing = { size: 0, tag: null };
  if (!existsSync(path) || !existsSync(notePath(path))) return nothing;
  try {
    const note = JSON.parse(readFileSync(notePath(path), 'utf8'));
    return note.url === url.href && note.tag ? { size: statSync(path).size, tag: note.tag } : nothing;
  } catch {
    return nothing;
  }
}

/** Aborts where nothing comes for a while. */
class Watch {
  #timer;

  constructor({ answerMilliseconds = answerMillisecondsLimit, stallMilliseconds = stallMillisecondsLimit }) {
    this.abort = new AbortController();
    this.stallMilliseconds = stallMilliseconds;
    this.#set('it does not answer', answerMilliseconds);
  }

  #set(text, milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.abort.abort(new Error(text)), milliseconds);
  }

  heard() {
    this.#set('it stopped half-way', this.stallMilliseconds);
  }

  end() {
    clearTimeout(this.#timer);
  }
}

/** Whether the answer is the part from `size` on; anything else starts again. Throws for an error of the server's. */
function isRest(response, size) {
  if (response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${size}-`)) return true;
  if (response.status === 206 || !response.ok) throw new Error(`it answers ${response.status}`);
  return false;
}

function begin(path, url, response) {
  forgetPartial(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  // Weak tags do not promise the same bytes.
  const tag = response.headers.get('etag');
  writeFileSync(notePath(path), JSON.stringify({ url: url.href, tag: tag?.startsWith('W/') ? null : tag }));
}

async function piece(url, path, { fetch, onBytes, limits }) {
  const watch = new Watch(limits);
  const { size, tag } = found(path, url);
  const headers = size > 0 ? { Range: `bytes=${size}-`, 'If-Range': tag } : {};
  try {
    const response = await fetch(url, { signal: watch.abort.signal, headers });
    if (size > 0 && response.status === 416) {
      forgetPartial(path);
      throw new BrokenOffError();
    }
    const resumed = isRest(response, size);
    if (!resumed) begin(path, url, response);
    let received = resumed ? size : 0;
    for await (const chunk of response.body) {
      watch.heard();
      appendFileSync(path, chunk);
      onBytes((received += chunk.length));
    }
    return resumed;
  } catch (error) {
    if (watch.abort.signal.aborted) throw watch.abort.signal.reason;
    throw error instanceof TypeError ? new BrokenOffError(error) : error;
  } finally {
    watch.end();
  }
}

/**
 * Downloads `url` into `path` and resolves with { bytes, resumed }; the partial file stays until `forgetPartial`. Throws a sentence where
 * the server does not answer, answers with an error, stalls or keeps closing the connection.
 */
export async function downloadResumably(url, path, { fetch = globalThis.fetch, onBytes = () => {}, limits = {} } = {}) {
  let resumed = false;
  let withoutProgress = 0;
  for (let pieces = 1; ; ++pieces) {
    const before = found(path, url).size;
    try {
      resumed = (await piece(url, path, { fetch, onBytes, limits })) || resumed;
      return { bytes: readFileSync(path), resumed: resumed || pieces > 1 };
    } catch (error) {
      if (!(error instanceof BrokenOffError) || error.isUnreachable || pieces >= maxPieces) throw error;
      withoutProgress = found(path, url).size > before ? 0 : withoutProgress + 1;
      if (withoutProgress > maxRetriesWithoutProgress) throw error;
      await delay(pauseMilliseconds * withoutProgress);
    }
  }
}
