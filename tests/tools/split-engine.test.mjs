// SPDX-License-Identifier: MIT
// What the cutting of the page's engine reads from modules, and what the cut modules are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signaturesOf } from '../../tools/lib/wasm-signatures.mjs';

const kHeader = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const section = (id, ...bytes) => [id, bytes.length, ...bytes];
const kTypes = section(1, 3, ...[0x60, 0, 0], ...[0x60, 1, 0x7d, 1, 0x7d], ...[0x60, 1, 0x7b, 1, 0x7f]);
const named = (kind, ...description) => [1, 0x65, 1, 0x66, kind, ...description];
const module = (...sections) => Uint8Array.from([...kHeader, ...sections.flat()]);

test('functions with vectors are found by their types', () => {
  const { imported, vectors } = signaturesOf(module(kTypes, section(3, 4, 0, 2, 1, 2)));
  assert.equal(imported, 0);
  assert.deepEqual(vectors, [false, true, false, true]);
});

test('only imported functions count as such, whatever else is imported', () => {
  const imports = section(
    2,
    6,
    ...named(0, 2),
    ...named(1, 0x70, 0, 1),
    ...named(2, 3, 1, 0x80, 0x80, 0x02),
    ...named(3, 0x7f, 1),
    ...named(4, 0, 0),
    ...named(0, 0),
  );
  const { imported, vectors } = signaturesOf(module(kTypes, imports, section(3, 1, 1)));
  assert.equal(imported, 2);
  assert.deepEqual(vectors, [false]);
});

test('another kind of type is not passed over', () => {
  assert.throws(() => signaturesOf(module(section(1, 1, 0x5f, 0), section(3, 0))), /expected a function type.*0x5f/);
});
