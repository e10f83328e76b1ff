// SPDX-License-Identifier: MIT
//
// The built package as a page without a bundler loads it: bindings/dist and the tests' own modules below one cross-origin isolated
// server.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' };
const FOLDERS = [
  'bindings/dist',
  'build/wasm-simd/tests',
  'tests/bench',
  'tests/bench/peers',
  'tests/bench/peers/node_modules/@[\\w-]+/[\\w-]+/dist',
  'tests/support',
];
const SERVED = new RegExp(`^/(${FOLDERS.join('|')})/[\\w.-]+\\.(js|mjs|wasm)$`);
const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const fileOf = (url) => fileURLToPath(new URL(`../..${url}`, import.meta.url));

/**
 * Serves an empty page at `/`, the package at `/bindings/dist/index.js`, and gzip files of the folder `data`, if there is one, below
 * `/data/`; on a free port. { url, close }.
 * @param {{ data?: string }} [options]
 */
export async function servePackage({ data } = {}) {
  const server = createServer(async ({ url }, response) => {
    const answer = (status, type, body) => response.writeHead(status, { ...HEADERS, 'Content-Type': type }).end(body);
    if (url === '/') return answer(200, 'text/html', '<!DOCTYPE html><title>tinycnn</title>');
    if (data && /^\/data\/[\w-]+\.gz$/.test(url))
      return answer(200, 'application/gzip', await readFile(join(data, basename(url))));
    if (!SERVED.test(url)) return answer(404, 'text/plain', 'not found');
    try {
      return answer(200, TYPES[url.split('.').pop()], await readFile(fileOf(url)));
    } catch (error) {
      return answer(404, 'text/plain', error.message);
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, close };
}
