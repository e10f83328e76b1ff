// SPDX-License-Identifier: MIT
//
// Reads the safetensors files that make_fixtures.py writes: u64 header length, JSON header, raw little-endian tensors.
// A missing or malformed file throws: parity without its fixtures is a failure, never a pass.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const kLengthBytes = 8;
const kKinds = { F32: Float32Array, U8: Uint8Array };

function readTensor(data, name, { dtype, shape, data_offsets: [begin, end] }) {
  const Kind = kKinds[dtype];
  if (!Kind) throw new Error(`${name}: expected one of ${Object.keys(kKinds)}, got ${dtype}`);
  const values = new Kind(data.slice(begin, end).buffer);
  const count = shape.reduce((product, size) => product * size, 1);
  if (values.length !== count) throw new Error(`${name}: shape [${shape}] wants ${count} values, got ${values.length}`);
  return { name, shape, data: values };
}

/**
 * @param {string} file a name in tests/parity/fixtures, or an absolute path
 * @returns {{ tensors: Map<string, { name: string, shape: number[], data: Float32Array | Uint8Array }>, metadata: any }}
 */
export function readFixture(file) {
  const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
  const bytes = new Uint8Array(readFileSync(resolve(fixtures, file)));
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(kLengthBytes, kLengthBytes + headerLength));
  const { __metadata__: strings, ...entries } = JSON.parse(text);
  const data = bytes.subarray(kLengthBytes + headerLength);
  const tensors = new Map(Object.entries(entries).map(([name, entry]) => [name, readTensor(data, name, entry)]));
  const metadata = Object.fromEntries(Object.entries(strings).map(([name, value]) => [name, JSON.parse(value)]));
  return { tensors, metadata };
}

/** The tensors whose name starts with `prefix`, named by what follows it; throws if there are none. */
export function under(tensors, prefix) {
  const found = [...tensors.values()].filter(({ name }) => name.startsWith(prefix));
  if (found.length === 0) throw new Error(`the fixture holds no tensor named ${prefix}…`);
  return found.map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}
