// SPDX-License-Identifier: MIT
// The server isolates the page, sends correct types and content codings, reads nothing outside its folder, and says when its port is taken.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compressFolder } from '../../tools/build/compress.mjs';
import { startServer } from '../../tools/server/static-server.mjs';
import { runScript, temporaryFolder, temporaryServer } from './support.mjs';

let parent, folder, server;

before(async () => {
  parent = mkdtempSync(join(tmpdir(), 'tinycnn-server-'));
  folder = join(parent, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'engine-0123456789'));
  mkdirSync(join(parent, 'dist-secret'));
  const files = {
    'index.html': '<!doctype html>',
    'engine-0123456789/tinycnn.wasm': 'wasm',
    'assets/main-D3adB33f.js': 'js',
    'data.gz': 'gz',
    '.hidden': 'secret',
    '../secret.txt': 'secret',
    '../dist-secret/x.txt': 'secret',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync(join(parent, 'secret.txt'), join(folder, 'link.txt'));
  symlinkSync(join(parent, 'dist-secret'), join(folder, 'linked'));
  symlinkSync(join(folder, 'index.html'), join(folder, 'inside.html'));
  server = await startServer({ folder, port: 0 });
});

after(async () => {
  await server.close();
  rmSync(parent, { recursive: true, force: true });
});

const get = (path, options) => fetch(`http://127.0.0.1:${server.port}${path}`, options);

/** A request whose path and headers are sent as they are, without what fetch changes: { status, headers, body }. */
const rawGet = (path, { port = server.port, headers = {} } = {}) =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
    })
      .on('error', reject)
      .end();
  });
const rawStatus = async (path) => (await rawGet(path)).status;

for (const path of ['/', '/assets/main-D3adB33f.js', '/missing']) {
  test(`${path} carries the isolation headers`, async () => {
    const { headers } = await get(path);
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.equal(headers.get('cross-origin-embedder-policy'), 'require-corp');
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
  });
}

test('wasm and html are served under their own types', async () => {
  assert.equal((await get('/engine-0123456789/tinycnn.wasm')).headers.get('content-type'), 'application/wasm');
  assert.match((await get('/')).headers.get('content-type'), /^text\/html/);
});

test('a gz file arrives as it is, not as a content encoding', async () => {
  const response = await get('/data.gz');
  assert.equal(response.headers.get('content-encoding'), null);
  assert.equal(response.headers.get('content-length'), '2');
  assert.equal(await response.text(), 'gz');
});

test('hashed assets may be kept for ever, pages must be asked for again', async () => {
  for (const path of ['/assets/main-D3adB33f.js', '/engine-0123456789/tinycnn.wasm']) {
    assert.match((await get(path)).headers.get('cache-control'), /immutable/);
  }
  assert.equal((await get('/')).headers.get('cache-control'), 'no-cache');
});

test('what has not changed is not sent again', async () => {
  const tag = (await get('/')).headers.get('etag');
  assert.equal((await get('/', { headers: { 'If-None-Match': tag } })).status, 304);
});

for (const path of [
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/../dist-secret/x.txt',
  '/.hidden',
  '/%00',
  '/%',
  '/%c3',
  '/link.txt',
  '/linked/x.txt',
  '//',
  '///',
  '//index.html',
  '//127.0.0.1/index.html',
  '/assets//main-D3adB33f.js',
  '/assets%2fmain-D3adB33f.js',
  '/assets%5cmain-D3adB33f.js',
  '/%2e%2e/',
  '/%2e/index.html',
  'http://127.0.0.1/../secret.txt',
]) {
  test(`${path} is not found`, async () => {
    assert.equal(await rawStatus(path), 404);
  });
}

test('a link to a file of the folder is followed', async () => {
  assert.equal((await get('/inside.html')).status, 200);
});

test('a request may name the whole address, and no other target than a path', async () => {
  assert.equal((await rawGet('http://127.0.0.1/assets/main-D3adB33f.js')).body.toString(), 'js');
  assert.equal((await rawGet('http://127.0.0.1')).body.toString(), '<!doctype html>');
  assert.equal((await rawGet('/index.html?query=/../x#%')).status, 200);
  assert.equal(await rawStatus('*'), 400);
  assert.equal(await rawStatus('ftp://127.0.0.1/index.html'), 400);
});

test('a folder without an index is not found', async () => {
  assert.equal((await get('/assets/')).status, 404);
  assert.equal((await get('/assets')).status, 404);
});

test('only reading is allowed', async () => {
  assert.equal((await get('/', { method: 'POST' })).status, 405);
  const head = await get('/', { method: 'HEAD' });
  assert.equal(head.headers.get('content-length'), '15');
  assert.equal(await head.text(), '');
});

test('below another path only that path is served', async (t) => {
  const other = await startServer({ folder, port: 0, host: '127.0.0.1', base: '/some/path/', headers: {} });
  t.after(() => other.close());
  assert.match(other.url, /\/some\/path\/$/);
  assert.equal((await fetch(other.url)).status, 200);
  assert.equal((await fetch(new URL('/', other.url))).status, 404);
  assert.equal((await fetch(other.url)).headers.get('cross-origin-opener-policy'), null);
});

test('a taken port is named, with the way out', async (t) => {
  const port = new URL(await temporaryServer(t, () => {})).port;
  const { code, output } = await runScript('tools/serve.mjs', [folder], { PORT: port });
  assert.equal(code, 1);
  assert.match(output, new RegExp(`Port ${port} is taken`));
  assert.match(output, /PORT=\d+ npm start/);
});

test('npm start names a taken port before it builds anything', async (t) => {
  const port = new URL(await temporaryServer(t, () => {})).port;
  const { code, output } = await runScript('tools/start.mjs', [], { PORT: port, PATH: '' });
  assert.equal(code, 1);
  assert.match(output, new RegExp(`Port ${port} is taken`));
});

test('a PORT that is no number is refused', async () => {
  const { code, output } = await runScript('tools/serve.mjs', [folder], { PORT: 'eighty' });
  assert.equal(code, 1);
  assert.match(output, /PORT is "eighty"/);
});

test('a folder that was not built is named', async () => {
  const { code, output } = await runScript('tools/serve.mjs', [join(folder, 'nothing')], { PORT: '0' });
  assert.equal(code, 1);
  assert.match(output, /Build it first: npm run build/);
});

test('the rest of a file is sent to who has its beginning, the whole to who has another file’s', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'data.gz'), 'abcdefgh');
  const server = await startServer({ folder, port: 0 });
  t.after(() => server.close());
  const ask = async (headers) => {
    const response = await fetch(`${server.url}data.gz`, { headers });
    return { status: response.status, range: response.headers.get('content-range'), text: await response.text() };
  };
  const tag = (await fetch(`${server.url}data.gz`)).headers.get('etag');
  assert.deepEqual(await ask({ Range: 'bytes=3-', 'If-Range': tag }), {
    status: 206,
    range: 'bytes 3-7/8',
    text: 'defgh',
  });
  assert.deepEqual((await ask({ Range: 'bytes=3-' })).text, 'defgh');
  for (const headers of [{ Range: 'bytes=3-', 'If-Range': '"other"' }, { Range: 'bytes=8-' }, { Range: 'lines=3-' }]) {
    assert.deepEqual(await ask(headers), { status: 200, range: null, text: 'abcdefgh' });
  }
});

const script = 'let counted = 0;\n'.repeat(200);

/** A server of a folder that was compressed as the build does it. */
async function compressedServer(t) {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'assets'));
  const files = { 'index.html': script, 'assets/main-D3adB33f.js': script, 'data.gz': script, 'tiny.js': 'x' };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await compressFolder(folder);
  const { port, close } = await startServer({ folder, port: 0 });
  t.after(close);
  return { folder, ask: (path, headers) => rawGet(path, { port, headers }) };
}

test('files are sent in the coding that the client accepts, Brotli before gzip', async (t) => {
  const { ask } = await compressedServer(t);
  const decoders = { br: brotliDecompressSync, gzip: gunzipSync, identity: (body) => body };
  const cases = [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['BR ; q=0.1', 'br'],
    ['br;q=0', 'identity'],
    ['brotli', 'identity'],
    ['', 'identity'],
  ];
  for (const path of ['/', '/assets/main-D3adB33f.js']) {
    for (const [accepted, coding] of cases) {
      const { headers, body } = await ask(path, { 'Accept-Encoding': accepted });
      assert.equal(headers['content-encoding'] ?? 'identity', coding, accepted);
      assert.equal(headers.vary, 'Accept-Encoding');
      assert.match(headers['content-type'], path === '/' ? /^text\/html/ : /^text\/javascript/);
      assert.equal(Number(headers['content-length']), body.length);
      assert.equal(decoders[coding](body).toString(), script);
      assert.equal(body.length < script.length / 10, coding !== 'identity');
    }
  }
});

test('a compressed form that is not smaller is not made, and compressed data are sent as they are', async (t) => {
  const { ask } = await compressedServer(t);
  for (const path of ['/tiny.js', '/data.gz']) {
    assert.equal((await ask(path, { 'Accept-Encoding': 'br, gzip' })).headers['content-encoding'], undefined);
  }
  assert.equal((await ask('/data.gz', { 'Accept-Encoding': 'br' })).headers.vary, undefined);
  assert.equal((await ask('/data.gz.br')).status, 404);
});

test('each coding of a file has a tag of its own, by which it is not sent again', async (t) => {
  const { ask } = await compressedServer(t);
  const tags = [];
  for (const coding of ['br', 'gzip', 'identity']) {
    const accept = { 'Accept-Encoding': coding };
    const { etag } = (await ask('/', accept)).headers;
    tags.push(etag);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask('/', { ...accept, 'If-None-Match': known });
      assert.equal(again.status, 304, known);
      assert.equal(again.headers.etag, etag);
      assert.equal(again.headers.vary, 'Accept-Encoding');
    }
    assert.equal((await ask('/', { ...accept, 'If-None-Match': '"other"' })).status, 200);
  }
  assert.equal(new Set(tags).size, 3);
});

test('a range is one of the file itself, never of a compressed form', async (t) => {
  const { ask } = await compressedServer(t);
  const accept = { 'Accept-Encoding': 'br' };
  const compressed = await ask('/', accept);
  assert.equal(compressed.headers['accept-ranges'], 'none');
  const part = await ask('/', { ...accept, Range: 'bytes=17-' });
  assert.equal(part.status, 206);
  assert.equal(part.headers['content-encoding'], undefined);
  assert.equal(part.body.toString(), script.slice(17));
  const whole = await ask('/', { ...accept, Range: 'bytes=17-', 'If-Range': compressed.headers.etag });
  assert.equal(whole.status, 200);
  assert.equal(brotliDecompressSync(whole.body).toString(), script);
});

test('a page that was changed after it was compressed is sent as it is now', async (t) => {
  const { folder, ask } = await compressedServer(t);
  writeFileSync(join(folder, 'index.html'), 'new');
  const later = new Date(Date.now() + 5000);
  utimesSync(join(folder, 'index.html'), later, later);
  assert.equal((await ask('/', { 'Accept-Encoding': 'br' })).body.toString(), 'new');
});

test('what is sent is told in bytes on the wire, and only what is sent', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'index.html'), script);
  await compressFolder(folder);
  const sent = [];
  const { port, close } = await startServer({ folder, port: 0, onSent: (file) => sent.push(file) });
  t.after(close);
  const headers = { 'Accept-Encoding': 'br' };
  const { body, headers: answered } = await rawGet('/?x', { port, headers });
  await rawGet('/', { port, headers: { ...headers, 'If-None-Match': answered.etag } });
  await rawGet('/missing', { port });
  await rawGet('/', { port, headers: { Range: 'bytes=17-' } });
  assert.deepEqual(sent, [
    { path: '/', bytes: body.length, coding: 'br' },
    { path: '/', bytes: script.length - 17, coding: null },
  ]);
});
