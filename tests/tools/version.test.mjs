// SPDX-License-Identifier: MIT
// Which versions count as new enough.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireNode } from '../../tools/setup/toolchain.mjs';
import { isAtLeast, parseVersion } from '../../tools/setup/version.mjs';

test('a version is the first dotted number in a text', () => {
  assert.deepEqual(parseVersion('emcc (Emscripten gcc/clang-like replacement) 3.1.69-git'), [3, 1, 69]);
  assert.deepEqual(parseVersion('v20.19.0'), [20, 19, 0]);
  assert.equal(parseVersion('no number'), null);
  assert.equal(parseVersion(undefined), null);
});

test('versions compare number by number, not as text', () => {
  assert.ok(isAtLeast('3.1.100', '3.1.69'));
  assert.ok(isAtLeast('3.1.69', '3.1.69'));
  assert.ok(isAtLeast('4', '3.1.69'));
  assert.ok(!isAtLeast('3.1.6', '3.1.69'));
  assert.ok(!isAtLeast('3.1', '3.1.69'));
});

test('an unreadable version is not new enough', () => {
  assert.ok(!isAtLeast('unknown', '1'));
  assert.ok(!isAtLeast(null, '1'));
});

test('an old Node is refused with its version and what to do', () => {
  assert.throws(() => requireNode('18.20.4'), /Node 18\.20\.4 is too old: TinyCNN needs 20\.19/);
  assert.doesNotThrow(() => requireNode('22.12.0'));
});
