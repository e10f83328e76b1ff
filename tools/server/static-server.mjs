// SPDX-License-Identifier: MIT
// A static file server for web/dist. Every answer carries the headers that isolate the page from other origins, because threads need
// them. Files are read anew for each request, so that a rebuild shows; .gz files go out as they are, never as a content encoding.
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream';

const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.gz': 'application/gzip',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const kIsolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The build puts a hash of the content into these names: what they hold never changes. */
const isHashed = (path) => /\/assets\/[^/]+-[\w-]{8,}\.\w+$|\/engine-[0-9a-f]{10}\/[^/]+$/.test(path);

/** The file behind a URL's path, or null: nothing outside `folder`, no dotfiles, index.html for folders. */
async function resolveFile(folder, urlPath) {
  let path;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (path.includes('\0') || /(^|[\\/])\./.test(path)) return null;
  const wanted = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  if (!wanted.startsWith(folder + sep)) return null;
  try {
    const info = await stat(wanted);
    return info.isFile() ? { path: wanted, info } : null;
  } catch {
    return null;
  }
}

function refuse(response, status, text) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

async function answer(request, response, { folder, base, isolated }) {
  const path = new URL(request.url, 'http://localhost').pathname;
  for (const [name, value] of Object.entries(isolated ? kIsolation : {})) response.setHeader(name, value);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD');
  const file = path.startsWith(base) ? await resolveFile(folder, path.slice(base.length - 1)) : null;
  if (!file) return refuse(response, 404, `not found: ${path}`);
  const tag = `"${file.info.size.toString(36)}-${Math.floor(file.info.mtimeMs).toString(36)}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Accept-Ranges', 'bytes');
  if (request.headers['if-none-match'] === tag) return response.writeHead(304).end();
  sendFile(request, response, file, tag);
}

/** The first byte of the range that is asked for, `bytes=n-`, if it is one of this very file; 0 for the whole. */
function firstByte({ range, 'if-range': condition }, tag, size) {
  if (condition !== undefined && condition !== tag) return 0;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  return from < size ? from : 0;
}

function sendFile(request, response, { path, info: { size } }, tag) {
  const start = firstByte(request.headers, tag, size);
  response.writeHead(start > 0 ? 206 : 200, {
    'Content-Type': kTypes[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'Content-Length': size - start,
    ...(start > 0 ? { 'Content-Range': `bytes ${start}-${size - 1}/${size}` } : {}),
  });
  if (request.method === 'HEAD') return response.end();
  pipeline(createReadStream(path, { start }), response, () => {});
}

/**
 * Serves `folder` below `base` ('/' or '/some/path/'). Port 0 takes any free one. `isolated: false` leaves the isolation headers out,
 * as a host does that cannot send them. Resolves with { url, port, close }; rejects with EADDRINUSE if the port is taken.
 */
export async function startServer({ folder, port = 8080, host = 'localhost', base = '/', isolated = true }) {
  const settings = { folder: await realpath(folder), base, isolated };
  const handler = (request, response) => {
    answer(request, response, settings).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'the file could not be read');
      else response.destroy();
    });
  };
  const first = createServer(handler);
  await listen(first, port, host === 'localhost' ? '127.0.0.1' : host);
  const servers = [first];
  const actualPort = first.address().port;
  if (host === 'localhost') {
    // browsers may take localhost for either address
    const second = createServer(handler);
    await listen(second, actualPort, '::1').then(
      () => servers.push(second),
      () => {},
    );
  }
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${actualPort}${base}`, port: actualPort, close: () => closeAll(servers) };
}

const listen = (server, port, host) =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

const closeAll = (servers) =>
  Promise.all(
    servers.map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
