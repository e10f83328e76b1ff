// SPDX-License-Identifier: MIT
// The server isolates the page, names types rightly, lets nothing out of its folder, and says it when its port is taken.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
  server = await startServer({ folder, port: 0 });
});

after(async () => {
  await server.close();
  rmSync(parent, { recursive: true, force: true });
});

const get = (path, options) => fetch(`http://127.0.0.1:${server.port}${path}`, options);

/** A request whose path is sent as it is, without the clean-up that fetch does. */
const rawStatus = (path) =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

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
]) {
  test(`${path} is not found`, async () => {
    assert.equal(await rawStatus(path), 404);
  });
}

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
  const other = await startServer({ folder, port: 0, host: '127.0.0.1', base: '/some/path/', isolated: false });
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
