// SPDX-License-Identifier: MIT
// A static file server for web/dist. Every answer carries the headers of headers.mjs. Files are looked up for each request, so that a
// rebuild shows. Compressed forms are sent where the client accepts them; ranges are ranges of the file itself.
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import { contentType, findFile, inAcceptedCoding, isCompressible, requestPath } from './files.mjs';
import { cacheControl, pageHeaders } from './headers.mjs';

function refuse(response, status, text) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

/** A strong tag: each coding of a file has its own. */
const tagOf = ({ size, mtimeMs, coding }) =>
  `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}${coding ? `-${coding}` : ''}"`;

/** Whether an If-None-Match header holds the tag; weak tags compare equal to strong ones there. */
const holdsTag = (header, tag) =>
  (header ?? '').split(',').some((item) => ['*', tag].includes(item.trim().replace(/^W\//, '')));

async function answer(request, response, { folder, base, headers, onSent }) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD');
  const path = requestPath(request.url);
  if (path === null) return refuse(response, 400, 'expected a path');
  const file = path.startsWith(base) ? await findFile(folder, path.slice(base.length - 1)) : null;
  if (!file) return refuse(response, 404, `not found: ${path}`);
  response.setHeader('Cache-Control', cacheControl(path));
  if (isCompressible(file.name)) response.setHeader('Vary', 'Accept-Encoding');
  const start = firstByte(request.headers, file);
  const form = start > 0 ? file : await inAcceptedCoding(folder, file, request.headers['accept-encoding']);
  if (send(request, response, form, start)) onSent({ path, bytes: form.size - start, coding: form.coding });
}

/** The first byte of the range that is asked for, `bytes=n-`, if it is one of this very file; 0 for the whole. */
function firstByte({ range, 'if-range': condition }, file) {
  if (condition !== undefined && condition !== tagOf(file)) return 0;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  return from < file.size ? from : 0;
}

/** Answers with `file` from byte `start` on; returns whether its content is sent. */
function send(request, response, file, start) {
  const tag = tagOf(file);
  response.setHeader('ETag', tag);
  response.setHeader('Accept-Ranges', file.coding ? 'none' : 'bytes');
  if (holdsTag(request.headers['if-none-match'], tag)) {
    response.writeHead(304).end();
    return false;
  }
  response.writeHead(start > 0 ? 206 : 200, {
    'Content-Type': contentType(file.name),
    'Content-Length': file.size - start,
    ...(file.coding ? { 'Content-Encoding': file.coding } : {}),
    ...(start > 0 ? { 'Content-Range': `bytes ${start}-${file.size - 1}/${file.size}` } : {}),
  });
  if (request.method === 'HEAD') {
    response.end();
    return false;
  }
  pipeline(createReadStream(file.path, { start }), response, () => {});
  return true;
}

/**
 * Serves `folder` below `base` ('/' or '/some/path/'). Port 0 takes any free one. `headers` go with every answer; without any it serves as
 * a host does that cannot send them. `onSent` hears of each file whose content is sent: { path, bytes, coding }, the bytes as they are on
 * the wire. Resolves with { url, port, close }; rejects with EADDRINUSE if the port is taken.
 */
export async function startServer(options) {
  const { folder, port = 8080, host = 'localhost', base = '/', headers = pageHeaders(), onSent = () => {} } = options;
  const settings = { folder: await realpath(folder), base, headers, onSent };
  const handler = (request, response) => {
    answer(request, response, settings).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'the file could not be read');
      else response.destroy();
    });
  };
  const first = createServer(handler);
  await listen(first, port, host === 'localhost' ? '127.0.0.1' : host);
  const servers = [first];
  const { port: actualPort } = /** @type {import('node:net').AddressInfo} */ (first.address());
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
