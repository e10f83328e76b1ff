// SPDX-License-Identifier: MIT
// Files that the element's attributes name. What goes wrong is said in a sentence for whoever reads the page.

import { TinyCNNError, type ErrorCode } from '../errors.js';

/** An error whose text is a whole sentence. */
export const problem = (code: ErrorCode, sentence: string, cause?: unknown): TinyCNNError =>
  new TinyCNNError(code, sentence, { cause });

/** The text of any error as a sentence: without the place in the package that it came from. */
export function sentenceOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/^\[[\w.]+\] /, '').trim();
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/** Relative URLs are relative to the page. */
export function urlOf(given: string, what: string): string {
  try {
    return new URL(given, document.baseURI).href;
  } catch (error) {
    throw problem('invalid-option', `The URL of ${what}, ‘${given}’, is not valid.`, error);
  }
}

async function answerOf(url: string, what: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const why = 'the server does not answer, or does not let other sites read it (CORS)';
    throw problem('load-failed', `${what} could not be loaded from ${url}: ${why}.`, error);
  }
}

async function bytesOf(response: Response, what: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (signal.aborted) throw error;
    throw problem('load-failed', `${what} could not be loaded from ${response.url}: the connection broke off.`, error);
  }
}

/** `what`: as the sentence begins, 'The weights'. */
export async function loadFile(url: string, what: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await answerOf(url, what, signal);
  if (!response.ok) {
    throw problem('load-failed', `${what} could not be loaded: ${url} answered ${response.status}.`);
  }
  return bytesOf(response, what, signal);
}

/** What JSON holds, or undefined where the bytes are something else. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Decompressed, if it is gzip. */
async function unzipped(bytes: Uint8Array, url: string, what: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw problem('invalid-data', `${what} could not be read: ${url} is damaged.`, error);
  }
}

/** Whether there is such a file. Some servers answer every address with a page. */
const isFile = ({ ok, headers }: Response): boolean => ok && !/^text\/html\b/i.test(headers.get('Content-Type') ?? '');

/** A file that may lie there compressed, with `.gz` after its name; null where neither is there and it `mayMiss`. */
export async function loadUnzipped(url: string, what: string, signal: AbortSignal, mayMiss = false) {
  for (const name of [`${url}.gz`, url]) {
    const response = await answerOf(name, what, signal);
    if (isFile(response)) return unzipped(await bytesOf(response, what, signal), name, what);
  }
  if (mayMiss) return null;
  throw problem('load-failed', `${what} could not be loaded: there is neither ${url} nor ${url}.gz.`);
}
