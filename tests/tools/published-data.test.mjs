// SPDX-License-Identifier: MIT
// A data set is checked before it is kept, whatever mirrors and folders send; what fails leaves nothing behind but what it can go on from.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fetchFile, findPublished, published, provideData } from '../../tools/data/published-data.mjs';
import { portOf, runScript, setVariable, temporaryFolder, temporaryServer } from './support.mjs';

const contents = { 'a.gz': Buffer.alloc(300000, 'digits'), 'b.gz': Buffer.from('labels') };
const files = Object.entries(contents).map(([name, bytes]) => ({
  name,
  gzipBytes: gzipSync(bytes).length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
}));

const good = (request, response) => response.end(gzipSync(contents[request.url.slice(1)]));

function halfWay(request, response) {
  const bytes = gzipSync(contents[request.url.slice(1)]);
  response.writeHead(200, { 'Content-Length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

/** provideData with a cache and a page of its own. */
async function provide(t, { mirrors, folder = '' }) {
  const cache = temporaryFolder(t);
  setVariable(t, 'TINYCNN_CACHE', cache);
  const page = join(cache, 'page');
  mkdirSync(page);
  const set = { id: 'mnist', title: 'MNIST', variable: 'MNIST_DIR', mirrors, files: files };
  const call = (more = {}) => provideData(set, { page, folder, ...more });
  return { result: await call(), page, cache, again: call };
}

test('files from a mirror end up in the cache and in the page', async (t) => {
  const mirror = await temporaryServer(t, good);
  const { result, page } = await provide(t, { mirrors: [mirror] });
  for (const { name } of files) {
    assert.deepEqual(readFileSync(join(page, 'data', 'mnist', name)), readFileSync(join(result, name)));
  }
});

test('what is in the cache is not fetched again', async (t) => {
  let requests = 0;
  const mirror = await temporaryServer(t, (request, response) => {
    requests++;
    good(request, response);
  });
  const { again } = await provide(t, { mirrors: [mirror] });
  assert.ok(await again());
  assert.equal(requests, files.length);
});

const badMirrors = {
  'answers 404': (_, response) => response.writeHead(404).end(),
  'stops half-way': halfWay,
  'sends another file': (_, response) => response.end(gzipSync('something else')),
  'sends a truncated archive': (request, response) =>
    response.end(gzipSync(contents[request.url.slice(1)]).subarray(0, 12)),
};

for (const [name, handler] of Object.entries(badMirrors)) {
  test(`a mirror that ${name} is passed over for the next one`, async (t) => {
    const mirrors = [await temporaryServer(t, handler), await temporaryServer(t, good)];
    const { result } = await provide(t, { mirrors });
    assert.deepEqual(readdirSync(result).sort(), ['a.gz', 'b.gz']);
  });

  test(`where the only mirror ${name}, nothing is kept and the page gets nothing`, async (t) => {
    const { result, page, cache } = await provide(t, { mirrors: [await temporaryServer(t, handler)] });
    assert.equal(result, null);
    assert.ok(!existsSync(join(page, 'data')));
    assert.ok(!existsSync(join(cache, 'data', 'mnist')));
  });
}

const partialOf = (t) => join(temporaryFolder(t), 'partial');

test('a mirror that sends nothing is given up', async (t) => {
  const mirror = await temporaryServer(t, () => {});
  const partial = partialOf(t);
  await assert.rejects(fetchFile(mirror, files[0], { partial, answerMilliseconds: 50 }), /does not answer/);
});

test('a mirror that falls silent half-way is given up', async (t) => {
  const mirror = await temporaryServer(t, (_, response) => response.write(Buffer.alloc(100)));
  const partial = partialOf(t);
  await assert.rejects(fetchFile(mirror, files[0], { partial, stallMilliseconds: 50 }), /stopped half-way/);
});

test('progress counts the bytes that have come', async (t) => {
  const mirror = await temporaryServer(t, good);
  let received = 0;
  const partial = partialOf(t);
  const bytes = await fetchFile(mirror, files[0], { partial, onBytes: (count) => (received = count) });
  assert.equal(received, bytes.length);
});

test('after a failure the mirrors are not asked again at once, unless told to', async (t) => {
  let requests = 0;
  const mirror = await temporaryServer(t, (_, response) => {
    requests++;
    response.writeHead(404).end();
  });
  const { again } = await provide(t, { mirrors: [mirror] });
  assert.equal(await again(), null);
  assert.equal(requests, 1);
  assert.equal(await again({ retryAfterMinutes: 0 }), null);
  assert.equal(requests, 2);
});

test('MNIST_DIR is taken without asking a mirror', async (t) => {
  const folder = temporaryFolder(t);
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(folder, name), gzipSync(bytes));
  const { result } = await provide(t, { folder, mirrors: [] });
  assert.deepEqual(readdirSync(result).sort(), ['a.gz', 'b.gz']);
});

test('a damaged file in MNIST_DIR is refused and the mirrors are asked', async (t) => {
  const folder = temporaryFolder(t);
  for (const [name, bytes] of Object.entries(contents))
    writeFileSync(join(folder, name), gzipSync(bytes).subarray(0, 15));
  const { result } = await provide(t, { folder, mirrors: [await temporaryServer(t, good)] });
  assert.deepEqual(readFileSync(join(result, 'b.gz')), gzipSync(contents['b.gz']));
});

/** A mirror that knows ranges; its first answers break off after half of what was asked for. */
function resumingMirror({ breaks, tag = '"one"', content = (name, _request) => gzipSync(contents[name]) }) {
  const asked = [];
  const handler = (request, response) => {
    const bytes = content(request.url.slice(1), asked.length);
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const from = range && request.headers['if-range'] === tag ? Number(range) : 0;
    asked.push({ range: request.headers.range, from });
    const part = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'Content-Length': part.length,
      ETag: tag,
      ...(from > 0 ? { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (asked.length > breaks) response.end(part);
    else response.write(part.subarray(0, Math.ceil(part.length / 2)), () => response.destroy());
  };
  return { handler, asked };
}

test('a download that breaks off goes on where it stopped, again and again', async (t) => {
  const { handler, asked } = resumingMirror({ breaks: 3 });
  const bytes = await fetchFile(await temporaryServer(t, handler), files[0], { partial: partialOf(t) });
  assert.deepEqual(bytes, gzipSync(contents['a.gz']));
  assert.deepEqual(
    asked.map(({ range }) => range === undefined),
    [true, false, false, false],
  );
  assert.ok(asked[3].from > asked[2].from && asked[2].from > asked[1].from && asked[1].from > 0, JSON.stringify(asked));
});

/** Closes the first `closings` connections before it has sent a byte of the body. */
function closingMirror(closings) {
  let connections = 0;
  return (request, response) => {
    if (++connections > closings) return good(request, response);
    if (connections % 2 === 0) return request.socket.destroy();
    response.writeHead(200, { 'Content-Length': 1000, ETag: '"one"' });
    response.flushHeaders();
    return response.socket.end();
  };
}

test('a mirror that closes three connections in a row before it has sent anything is asked again', async (t) => {
  const mirror = await temporaryServer(t, closingMirror(3));
  assert.deepEqual(await fetchFile(mirror, files[0], { partial: partialOf(t) }), gzipSync(contents['a.gz']));
});

test('a mirror that closes every connection is given up', async (t) => {
  const mirror = await temporaryServer(t, closingMirror(Infinity));
  await assert.rejects(fetchFile(mirror, files[0], { partial: partialOf(t) }), /the connection broke/);
});

test('an address where nothing answers is not asked again', async (t) => {
  let asked = 0;
  const counting = (url, options) => {
    ++asked;
    return fetch(url, options);
  };
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const mirror = `http://127.0.0.1:${portOf(server)}/`;
  await new Promise((closed) => server.close(closed));
  await assert.rejects(fetchFile(mirror, files[0], { partial: partialOf(t), fetch: counting }), /cannot be reached/);
  assert.equal(asked, 1);
});

test('what was downloaded before a program ended is gone on from by the next', async (t) => {
  const partial = partialOf(t);
  const stalls = await temporaryServer(t, (request, response) => {
    const bytes = gzipSync(contents[request.url.slice(1)]);
    if (request.headers.range) return resumingMirror({ breaks: 0 }).handler(request, response);
    response.writeHead(200, { 'Content-Length': bytes.length, ETag: '"one"' });
    return response.write(bytes.subarray(0, 100));
  });
  await assert.rejects(fetchFile(stalls, files[0], { partial, stallMilliseconds: 50 }), /stopped half-way/);
  assert.ok(existsSync(partial));
  let first = Infinity;
  const bytes = await fetchFile(stalls, files[0], { partial, onBytes: (count) => (first = Math.min(first, count)) });
  assert.deepEqual(bytes, gzipSync(contents['a.gz']));
  assert.ok(first > 100, `counted on from what was there: ${first}`);
  assert.ok(!existsSync(partial));
});

test('a file that has changed on the mirror meanwhile is downloaded anew', async (t) => {
  const { handler, asked } = resumingMirror({ breaks: 1 });
  let requests = 0;
  const mirror = await temporaryServer(t, (request, response) => {
    if (++requests > 1) request.headers['if-range'] = '"another"';
    handler(request, response);
  });
  assert.deepEqual(await fetchFile(mirror, files[0], { partial: partialOf(t) }), gzipSync(contents['a.gz']));
  assert.deepEqual(
    asked.map(({ from }) => from),
    [0, 0],
  );
});

test('pieces that do not fit together are dropped and the whole is asked for', async (t) => {
  const other = gzipSync(Buffer.alloc(300000, 'others'));
  const { handler, asked } = resumingMirror({
    breaks: 1,
    content: (name, request) => (request === 0 ? other : gzipSync(contents[name])),
  });
  assert.deepEqual(
    await fetchFile(await temporaryServer(t, handler), files[0], { partial: partialOf(t) }),
    gzipSync(contents['a.gz']),
  );
  assert.equal(asked.at(-1).range, undefined);
});

test('every published set has four files with checksums and mirrors that pages may read', () => {
  assert.deepEqual(
    published.map(({ id }) => id),
    ['mnist', 'fashion-mnist'],
  );
  for (const { files, mirrors } of published) {
    assert.equal(new Set(files.map(({ sha256 }) => sha256)).size, 4);
    for (const { sha256 } of files) assert.match(sha256, /^[0-9a-f]{64}$/);
    for (const mirror of mirrors) assert.match(mirror, /^https:\/\/.+\/$/);
  }
});

test('npm run data names the sets there are when it is asked for another, and says how it is used', async () => {
  const { code, output } = await runScript('tools/data.mjs', ['--', 'cifar']);
  assert.equal(code, 1);
  assert.match(output, /no data set named 'cifar'[^]*mnist, fashion-mnist/);
  assert.match((await runScript('tools/data.mjs', ['--help'])).output, /^npm run data/);
});

for (const { id, variable, files } of published) {
  const folder = process.env[variable];
  test(
    `the files of ${id} are what their checksums say`,
    { skip: folder ? false : `${variable} is not set` },
    async (t) => {
      setVariable(t, 'TINYCNN_CACHE', temporaryFolder(t));
      const result = await provideData(findPublished(id), { page: temporaryFolder(t), folder, download: false });
      assert.deepEqual(readdirSync(result).sort(), files.map(({ name }) => name).sort());
    },
  );
}
