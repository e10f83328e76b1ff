// SPDX-License-Identifier: MIT
// nginx and Caddy with the configurations of tools/hosts serve as our own server does: the same headers, the same caching, the build's
// compressed forms, and nothing that is hidden.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compressFolder } from '../../tools/build/compress.mjs';
import { dataOrigins, pageHeaders } from '../../tools/server/headers.mjs';
import { startServer } from '../../tools/server/static-server.mjs';
import { findCaddy, findNginx, howToGetWebServers } from '../../tools/setup/runtimes.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { startCaddy, startNginx } from '../support/web-servers.mjs';

const script = 'let counted = 0;\n'.repeat(200);
const contents = {
  'index.html': `<!doctype html>${'<p>text</p>'.repeat(200)}`,
  'app.webmanifest': `{"name": "${'x'.repeat(400)}"}`,
  'service-worker.js': script,
  'engine-0123456789/tinycnn.wasm': 'wasm'.repeat(200),
  'engine-0123456789/tinycnn.js': script,
  'assets/main-D3adB33f.js': script,
  'assets/main-D3adB33f.css': 'p{color:red}'.repeat(100),
  'icon.svg': `<svg xmlns="http://www.w3.org/2000/svg">${'<g/>'.repeat(200)}</svg>`,
  'icon-192.png': 'png',
  'data/mnist/train.gz': 'gz',
  '.hidden': 'secret',
};
/** As in a built page, it has no compressed form. */
const notCompressed = ['service-worker.js'];

let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tinycnn-hosts-'));
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  await compressFolder(folder);
  for (const name of notCompressed) for (const ending of ['.br', '.gz']) rmSync(join(folder, name + ending));
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** As it comes over the wire: { status, headers, body }. */
const ask = (url, path, headers = {}, method = 'GET') =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path, method, headers }, async (response) => {
      const body = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode, headers: response.headers, body });
    })
      .on('error', reject)
      .end();
  });

const types = {
  '/': /^text\/html; ?charset=utf-8$/i,
  '/app.webmanifest': /^application\/manifest\+json/,
  '/service-worker.js': /^text\/javascript/,
  '/engine-0123456789/tinycnn.js': /^text\/javascript/,
  '/engine-0123456789/tinycnn.wasm': /^application\/wasm$/,
  '/assets/main-D3adB33f.css': /^text\/css/,
  '/icon.svg': /^image\/svg\+xml/,
  '/icon-192.png': /^image\/png$/,
};
const decoders = { br: brotliDecompressSync, gzip: gunzipSync };
const immutable = 'public, max-age=31536000, immutable';

const servers = [
  {
    name: 'our own server',
    start: (served) => startServer({ folder: served, port: 0, host: '127.0.0.1' }),
    skip: /** @type {string | false} */ (false),
  },
  { name: 'nginx', start: startNginx, skip: findNginx() ? false : howToGetWebServers },
  { name: 'Caddy', start: startCaddy, skip: findCaddy() ? false : howToGetWebServers },
];

for (const { name, start, skip } of servers) {
  describe(name, { skip }, () => {
    let server;
    before(async () => (server = await start(folder)));
    after(() => server?.close());

    test(`${name} sends every header of the table with every answer, once`, async () => {
      for (const path of ['/', '/service-worker.js', '/assets/main-D3adB33f.js', '/data/mnist/train.gz', '/missing']) {
        const { headers } = await ask(server.url, path, { 'Accept-Encoding': 'br' });
        for (const [header, value] of Object.entries(pageHeaders()))
          assert.equal(headers[header.toLowerCase()], value, `${header} of ${path}`);
      }
    });

    test(`${name} lets files be kept whose names say what they hold, and nothing else`, async () => {
      for (const path of ['/assets/main-D3adB33f.js', '/engine-0123456789/tinycnn.wasm'])
        assert.equal((await ask(server.url, path)).headers['cache-control'], immutable, path);
      for (const path of ['/', '/index.html', '/service-worker.js', '/app.webmanifest', '/data/mnist/train.gz'])
        assert.equal((await ask(server.url, path)).headers['cache-control'], 'no-cache', path);
      const missing = await ask(server.url, '/assets/missing-D3adB33f.js');
      assert.equal(missing.status, 404);
      assert.doesNotMatch(missing.headers['cache-control'] ?? '', /immutable|max-age/);
    });

    test(`${name} sends what has not changed not again`, async () => {
      for (const path of ['/', '/service-worker.js', '/data/mnist/train.gz']) {
        const { etag } = (await ask(server.url, path)).headers;
        assert.equal((await ask(server.url, path, { 'If-None-Match': etag })).status, 304, path);
      }
    });

    test(`${name} names the type of each kind of file`, async () => {
      for (const [path, type] of Object.entries(types))
        assert.match((await ask(server.url, path, { 'Accept-Encoding': 'br' })).headers['content-type'], type, path);
    });

    test(`${name} sends the build's compressed forms, and data as they are`, async () => {
      for (const [path, coding] of [
        ['/', 'br'],
        ['/', 'gzip'],
        ['/assets/main-D3adB33f.js', 'br'],
        ['/engine-0123456789/tinycnn.wasm', 'br'],
        ['/engine-0123456789/tinycnn.wasm', 'gzip'],
        ['/app.webmanifest', 'br'],
      ]) {
        const file = path === '/' ? 'index.html' : path.slice(1);
        const { status, headers, body } = await ask(server.url, path, { 'Accept-Encoding': coding });
        assert.deepEqual([status, headers['content-encoding']], [200, coding], path);
        assert.match(headers.vary, /accept-encoding/i);
        assert.deepEqual(body, readFileSync(join(folder, `${file}.${coding === 'br' ? 'br' : 'gz'}`)), path);
        assert.equal(decoders[coding](body).toString(), contents[file]);
      }
      for (const [path, text] of [
        ['/data/mnist/train.gz', 'gz'],
        ['/service-worker.js', script],
      ]) {
        const { headers, body } = await ask(server.url, path, { 'Accept-Encoding': 'br, gzip' });
        assert.deepEqual([headers['content-encoding'], body.toString()], [undefined, text]);
      }
      assert.equal((await ask(server.url, '/')).body.toString(), contents['index.html']);
    });

    test(`${name} shows nothing that is hidden, missing, or above the folder`, async () => {
      const outside = `/..${inRoot('package.json')}`;
      for (const path of [
        '/.hidden',
        '/missing',
        '/assets/',
        '/assets/missing-D3adB33f.js',
        outside,
        '/%2e%2e/%2e%2e/etc/passwd',
      ]) {
        const { status } = await ask(server.url, path);
        assert.ok(status === 404 || status === 400 || status === 403, `${path}: ${status}`);
      }
    });

    test(`${name} allows reading alone, and the rest of a file`, async () => {
      assert.equal((await ask(server.url, '/', {}, 'POST')).status, 405);
      const { status, body } = await ask(server.url, '/service-worker.js', { Range: `bytes=${script.length - 3}-` });
      assert.deepEqual([status, body.toString()], [206, script.slice(-3)]);
    });
  });
}

test('data may be fetched from every mirror that the page knows', () => {
  const table = JSON.parse(readFileSync(inRoot('web', 'src', 'shared', 'published-datasets.json'), 'utf8'));
  const origins = new Set(table.flatMap(({ mirrors }) => mirrors.map((mirror) => new URL(mirror).origin)));
  assert.deepEqual([...origins].sort(), [...dataOrigins].sort());
});

test('the policy allows no inline code, no inline styles and no eval', () => {
  const policy = pageHeaders()['Content-Security-Policy'];
  assert.doesNotMatch(policy, /'unsafe-|\*|http:/);
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval' 'sha256-[^']+'(;|$)/);
  assert.match(policy, /^default-src 'none';/);
});

for (const name of ['nginx.conf', 'Caddyfile']) {
  test(`tools/hosts/${name} holds the table of tools/server/headers.mjs, and no other header`, () => {
    const lines = readFileSync(inRoot('tools', 'hosts', name), 'utf8').split('\n');
    const written = lines.flatMap((line) => {
      const [, header, value] = /^\s+(?:add_header )?([A-Z][\w]*(?:-\w+)+) "(.*)"(?: always;)?$/.exec(line) ?? [];
      return header === undefined || header === 'Cache-Control' ? [] : [[header, value]];
    });
    assert.deepEqual(Object.fromEntries(written), pageHeaders(), 'one of the two is out of date');
  });
}
