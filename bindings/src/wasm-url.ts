// SPDX-License-Identifier: MIT
// The location of the WebAssembly files, if they are not next to the package's JavaScript.

import { refuse, show } from './read.js';

/** The folder as an absolute URL that ends in a slash. Relative ones are relative to the page, or to the worker in one. */
export function readFolder(url: unknown): string {
  const where = 'loadEngine.wasmUrl';
  const isUrl = typeof url === 'string' || url instanceof URL;
  if (!isUrl || String(url) === '') refuse('invalid-option', where, 'the URL of a folder', show(url));
  const base = (globalThis as { location?: { href: string } }).location?.href;
  try {
    return new URL(String(url).replace(/\/?$/, '/'), base).href;
  } catch {
    return refuse('invalid-option', where, 'the URL of a folder', show(String(url)));
  }
}
