// SPDX-License-Identifier: MIT
// MNIST is checked before it is kept, whatever mirrors and folders send; what fails leaves nothing behind.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fetchFile, provideMnist } from '../../tools/lib/mnist.mjs';
import { setVariable, temporaryFolder, temporaryServer } from './support.mjs';

const kContents = { 'a.gz': Buffer.alloc(300000, 'digits'), 'b.gz': Buffer.from('labels') };
const kFiles = Object.entries(kContents).map(([name, bytes]) => ({
  name,
  gzipBytes: gzipSync(bytes).length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
}));

const good = (request, response) => response.end(gzipSync(kContents[request.url.slice(1)]));

function halfWay(request, response) {
  const bytes = gzipSync(kContents[request.url.slice(1)]);
  response.writeHead(200, { 'Content-Length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

/** provideMnist with a cache and a page of its own. */
async function provide(t, options) {
  const cache = temporaryFolder(t);
  setVariable(t, 'TINYCNN_CACHE', cache);
  const page = join(cache, 'page');
  mkdirSync(page);
  const call = (more = {}) => provideMnist({ page, files: kFiles, folder: undefined, ...options, ...more });
  return { result: await call(), page, cache, again: call };
}

test('files from a mirror end up in the cache and in the page', async (t) => {
  const mirror = await temporaryServer(t, good);
  const { result, page } = await provide(t, { mirrors: [mirror] });
  for (const { name } of kFiles) {
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
  assert.equal(requests, kFiles.length);
});

const kBadMirrors = {
  'answers 404': (_, response) => response.writeHead(404).end(),
  'stops half-way': halfWay,
  'sends another file': (_, response) => response.end(gzipSync('something else')),
  'sends a truncated archive': (request, response) =>
    response.end(gzipSync(kContents[request.url.slice(1)]).subarray(0, 12)),
};

for (const [name, handler] of Object.entries(kBadMirrors)) {
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

test('a mirror that sends nothing is given up', async (t) => {
  const mirror = await temporaryServer(t, () => {});
  await assert.rejects(fetchFile(mirror, kFiles[0], { answerMilliseconds: 50 }), /does not answer/);
});

test('a mirror that falls silent half-way is given up', async (t) => {
  const mirror = await temporaryServer(t, (_, response) => response.write(Buffer.alloc(100)));
  await assert.rejects(fetchFile(mirror, kFiles[0], { stallMilliseconds: 50 }), /stopped half-way/);
});

test('progress counts the bytes that have come', async (t) => {
  const mirror = await temporaryServer(t, good);
  let received = 0;
  const bytes = await fetchFile(mirror, kFiles[0], { onBytes: (count) => (received = count) });
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
  for (const [name, bytes] of Object.entries(kContents)) writeFileSync(join(folder, name), gzipSync(bytes));
  const { result } = await provide(t, { folder, mirrors: [] });
  assert.deepEqual(readdirSync(result).sort(), ['a.gz', 'b.gz']);
});

test('a damaged file in MNIST_DIR is refused and the mirrors are asked', async (t) => {
  const folder = temporaryFolder(t);
  for (const [name, bytes] of Object.entries(kContents))
    writeFileSync(join(folder, name), gzipSync(bytes).subarray(0, 15));
  const { result } = await provide(t, { folder, mirrors: [await temporaryServer(t, good)] });
  assert.deepEqual(readFileSync(join(result, 'b.gz')), gzipSync(kContents['b.gz']));
});
