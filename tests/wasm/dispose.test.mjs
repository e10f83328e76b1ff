// SPDX-License-Identifier: MIT
//
// Where the engine's files come from, and its end: dispose, Symbol.dispose, and what is refused afterwards.

import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { loadEngine, TinyCNNError } from 'tinycnn';
import { servePackage } from '../support/package-server.mjs';
import { assertCode, runProgram, SMALL_SPEC } from '../support/sessions.mjs';

const dist = new URL('../../bindings/dist/', import.meta.url);
const pixels = new Uint8Array(784);

const rejectsWith = (code, promise, ...parts) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof TinyCNNError, String(error));
    assert.equal(error.code, code, error.message);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    return true;
  });

for (const threads of [1, 2]) {
  test(`an engine of ${threads} thread${threads > 1 ? 's' : ''} disposes its sessions, and refuses everything afterwards`, async () => {
    const engine = await loadEngine({ threads });
    const session = engine.createSession({ model: SMALL_SPEC });
    const saved = session.save();
    engine.dispose();
    engine.dispose();
    assertCode('disposed', () => session.predict(pixels), '[session]');
    const calls = [
      () => engine.createSession({ model: SMALL_SPEC }),
      () => engine.createSession({ model: 'tinycnn' }),
      () => engine.restoreSession(saved),
      () => engine.describe(SMALL_SPEC),
      () => engine.renderStrokes([]),
      () => engine.generateDigits({ count: 1 }),
      () => engine.generateStrokes({ index: 1 }),
      () => engine.measurePeak(0),
      () => engine.memory,
    ];
    for (const call of calls) assertCode('disposed', call, '[engine]');
  });
}

test('Symbol.dispose disposes engine and session', async () => {
  assert.equal(typeof Symbol.dispose, 'symbol');
  const engine = await loadEngine({ threads: 1 });
  const session = engine.createSession({ model: SMALL_SPEC });
  session[Symbol.dispose]();
  assertCode('disposed', () => session.step);
  engine[Symbol.dispose]();
  assertCode('disposed', () => engine.memory);
});

test('the package loads and disposes where there is no Symbol.dispose', async () => {
  assert.deepEqual(await runProgram('no-symbol-dispose'), [0, 'undefined\n']);
});

test('a program ends once its engine of two threads is disposed', async () => {
  assert.deepEqual(await runProgram('disposed-threads'), [0, '10\n']);
});

test('wasmUrl says where the WebAssembly files are: a file URL, with or without a slash, as a text or a URL', async () => {
  for (const wasmUrl of [dist, dist.href, dist.href.slice(0, -1)]) {
    const engine = await loadEngine({ threads: 1, wasmUrl });
    assert.equal(engine.createSession({ model: SMALL_SPEC }).predict(pixels).length, 10);
    engine.dispose();
  }
});

for (const threads of [1, 2]) {
  test(`wasmUrl may be a server's, for ${threads} thread${threads > 1 ? 's' : ''}`, async () => {
    const { url, close } = await servePackage();
    const engine = await loadEngine({ threads, wasmUrl: `${url}bindings/dist/` });
    assert.equal(engine.createSession({ model: SMALL_SPEC }).predict(pixels).length, 10);
    engine.dispose();
    close();
  });
}

test('a wasmUrl without the files is said to be one, whatever the number of threads', async () => {
  const { url, close } = await servePackage();
  for (const threads of [1, 2]) {
    const nowhere = pathToFileURL('/nowhere/at/all/');
    await rejectsWith('load-failed', loadEngine({ threads, wasmUrl: nowhere }), 'nowhere/at/all');
    await rejectsWith('load-failed', loadEngine({ threads, wasmUrl: `${url}nowhere` }), '404');
  }
  close();
  for (const wasmUrl of ['', 'no url', 5, {}, ['a']]) {
    await rejectsWith('invalid-option', loadEngine({ wasmUrl }), '[loadEngine.wasmUrl]', 'URL');
  }
});
