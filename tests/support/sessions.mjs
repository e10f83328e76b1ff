// SPDX-License-Identifier: MIT
//
// What the package's tests share: engines by thread count (one each per process), small models, and ways to say that a session's whole
// state is, or is not, what it was.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loadEngine, TinyCNNError } from 'tinycnn';
import { weightsBytes } from './fnv1a.mjs';

export { fnv1a, parameterHash, weightsBytes } from './fnv1a.mjs';

const engines = new Map();

/** One engine per thread count and process: loading is the slow part of a test. */
export function engineWith(threads) {
  if (!engines.has(threads)) engines.set(threads, loadEngine({ threads }));
  return engines.get(threads);
}

/** A few hundred parameters over [1,28,28]; no layer is left out. */
export const SMALL_SPEC = {
  name: 'small',
  input: [1, 28, 28],
  layers: [
    { name: 'conv', type: 'conv2d', outChannels: 3, kernelSize: 5, stride: 2 },
    { name: 'relu', type: 'relu' },
    { name: 'pool', type: 'maxPool2d', kernelSize: 3, stride: 2 },
    { name: 'flatten', type: 'flatten' },
    { name: 'fc', type: 'linear', outFeatures: 10 },
  ],
};

/** The SHA-256 of all parameters' bytes. */
export function weightsHash(session) {
  return createHash('sha256').update(weightsBytes(session)).digest('hex');
}

/** Runs `use` on a new session and disposes it, whatever happens. */
export function withSession(engine, options, use) {
  const session = engine.createSession(options);
  try {
    return use(session);
  } finally {
    session.dispose();
  }
}

/** Runs `use` on a session that has learned from `data` (by split) for so many steps, and disposes it. */
export async function withTrained(engine, { data, steps, ...options }, use) {
  const session = engine.createSession({ seed: 1, ...options });
  try {
    for (const [split, images] of Object.entries(data)) session.setData(split, images);
    if (steps > 0) session.trainSteps(steps);
    return await use(session);
  } finally {
    session.dispose();
  }
}

/** `promise` rejects with a TinyCNNError of this code, whose text matches. */
export const rejects = (promise, code, text) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof TinyCNNError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, text);
    return true;
  });

/** `call` throws an Error whose text holds every one of `parts` (strings, or patterns). */
export function assertRefused(call, ...parts) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof Error, `expected an Error, got ${typeof error}: ${error}`);
    for (const part of parts) {
      const found = part instanceof RegExp ? part.test(error.message) : error.message.includes(part);
      assert.ok(found, `expected the text to say ${part}, got: ${error.message}`);
    }
    return true;
  });
}

/** `call` throws a TinyCNNError of this code whose text holds every one of `parts`. */
export function assertCode(code, call, ...parts) {
  assertRefused(
    () => {
      try {
        return call();
      } catch (error) {
        assert.ok(error instanceof TinyCNNError, `expected a TinyCNNError, got ${error}`);
        assert.equal(error.code, code, error.message);
        throw error;
      }
    },
    ...parts,
  );
}

/** As assertRefused, and the session's saved state is the same, byte for byte, before and after. */
export function assertRefusedUnharmed(session, call, ...parts) {
  const before = session.save();
  assertRefused(call, ...parts);
  assert.deepEqual(session.save(), before, 'the refused call changed the session');
}

/** Runs tests/wasm/programs/<name>.mjs; resolves with [exit code, what it printed]. */
export async function runProgram(name) {
  const file = fileURLToPath(new URL(`../wasm/programs/${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (part) => (text += part));
  const [code] = await once(child, 'close');
  return [code, text];
}
