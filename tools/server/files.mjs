// SPDX-License-Identifier: MIT
// From a request to a file of the served folder: which path was asked for, whether it may be read, and in which content coding it is
// sent. The build puts `name.br` and `name.gz` beside each file that compresses well (tools/build/compress.mjs).
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** Content types by extension. Those of `compressible` are text or code, which Brotli and gzip make much smaller. */
const compressible = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};
const incompressible = {
  '.gz': 'application/gzip',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Content codings in the order of preference, each with the ending of its files. */
export const contentCodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
];

const extensionOf = (path) => extname(path).toLowerCase();
export const isCompressible = (path) => extensionOf(path) in compressible;
export const contentType = (path) =>
  compressible[extensionOf(path)] ?? incompressible[extensionOf(path)] ?? 'application/octet-stream';

/** The build puts a hash of the content into these names: their content never changes. */
export const hashedPath = /\/assets\/[^/]+-[\w-]{8,}\.\w+$|\/engine-[0-9a-f]{10}\/[^/]+$/;
export const isHashed = (path) => hashedPath.test(path);

/**
 * The path of a request target as the client wrote it, still percent-encoded: '/a/b' of '/a/b?c' and of 'http://host/a/b'. Null for a
 * target that names no path ('*', 'host:443').
 */
export function requestPath(target) {
  const path = target.replace(/[?#].*$/s, '').replace(/^https?:\/\/[^/]*/i, '');
  if (path === '' && target !== '') return '/';
  return path.startsWith('/') ? path : null;
}

/** Names of the folders and the file in a request's path; null where one of them cannot be a name of ours. */
function segmentsOf(path) {
  const encoded = path.slice(1).split('/');
  if (encoded.at(-1) === '') encoded[encoded.length - 1] = 'index.html';
  try {
    const names = encoded.map(decodeURIComponent);
    return names.every((name) => name !== '' && !name.startsWith('.') && !/[\\/\0]/.test(name)) ? names : null;
  } catch {
    return null; // malformed percent-encoding
  }
}

/** { path, size, mtimeMs } of a regular file whose real path lies below `folder`, itself a real path; null for anything else. */
async function readableFile(folder, wanted) {
  try {
    const path = await realpath(wanted);
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return null;
    const info = await stat(path);
    return info.isFile() ? { path, size: info.size, mtimeMs: info.mtimeMs } : null;
  } catch {
    return null;
  }
}

/** Whether an Accept-Encoding header allows a coding: named, or by '*', with a quality above 0. */
export function acceptsCoding(header, coding) {
  const qualities = new Map(
    (header ?? '').split(',').map((item) => {
      const [name, ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters
        .map((parameter) => /^q=(.*)$/.exec(parameter)?.[1])
        .find((value) => value !== undefined);
      return [name, quality === undefined ? 1 : Number(quality)];
    }),
  );
  return (qualities.get(coding) ?? qualities.get('*') ?? 0) > 0;
}

/** The file behind a request's path, below `folder` (a real path); null where there is none that may be read. */
export async function findFile(folder, path) {
  const segments = segmentsOf(path);
  if (!segments) return null;
  const name = join(folder, ...segments);
  const file = await readableFile(folder, name);
  return file && { ...file, name, coding: null };
}

/** The compressed form of `file` that the client accepts, or `file`. A form older than a file that may change in place is out of date. */
export async function inAcceptedCoding(folder, file, acceptEncoding) {
  if (!isCompressible(file.name)) return file;
  for (const { name: coding, ending } of contentCodings) {
    if (!acceptsCoding(acceptEncoding, coding)) continue;
    const compressed = await readableFile(folder, file.name + ending);
    if (compressed && (isHashed(file.name) || compressed.mtimeMs >= file.mtimeMs))
      return { ...compressed, name: file.name, coding };
  }
  return file;
}
