// SPDX-License-Identifier: MIT
// Compressed forms of a built folder's files, made once when it is built: `name.br` and `name.gz` beside each file that becomes smaller.
// The server sends them as they are (tools/server/files.mjs), and so can any static host that knows precompressed files.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { isCompressible } from '../server/files.mjs';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Ways to write distances back, of which sometimes one and sometimes another is the smallest. A window of 16 MB is the largest that browsers
 * accept. */
const brotliWays = [
  { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
  { [constants.BROTLI_PARAM_LGWIN]: 18, [constants.BROTLI_PARAM_NDIRECT]: 12 },
  { [constants.BROTLI_PARAM_LGWIN]: 16, [constants.BROTLI_PARAM_NPOSTFIX]: 1, [constants.BROTLI_PARAM_NDIRECT]: 4 },
];

/** The smallest of all ways. */
async function smallestBrotli(path, bytes) {
  const mode = extname(path) === '.wasm' ? constants.BROTLI_MODE_GENERIC : constants.BROTLI_MODE_TEXT;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_MODE]: mode,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const forms = await Promise.all(brotliWays.map((way) => brotli(bytes, { params: { ...params, ...way } })));
  return forms.reduce((best, form) => (form.length < best.length ? form : best));
}

/** Writes the compressed forms of one file, replacing those of an earlier content. */
export async function compressFile(path) {
  const bytes = await readFile(path);
  const forms = {
    '.br': await smallestBrotli(path, bytes),
    '.gz': await deflate(bytes, { level: constants.Z_BEST_COMPRESSION }),
  };
  for (const [ending, form] of Object.entries(forms)) {
    if (form.length < bytes.length) await writeFile(path + ending, form);
    else await rm(path + ending, { force: true });
  }
}

/** Compresses every file below `folder` that is text or code. */
export async function compressFolder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && isCompressible(entry.name));
  await Promise.all(files.map((entry) => compressFile(join(entry.parentPath ?? entry.path, entry.name))));
}
