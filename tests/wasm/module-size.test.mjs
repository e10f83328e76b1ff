// SPDX-License-Identifier: MIT
// Every user of the package downloads one of the engine's modules, the page's visitors the first part of one at first, and who exports a
// network the module of formats, who imports one that of imports: each stays within its budget, compressed as it is sent.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { brotliCompressSync } from 'node:zlib';

const budget = 109_000; // bytes, with Brotli

for (const variant of ['simd', 'simd-threads', 'relaxed-threads', 'formats', 'imports']) {
  test(`tinycnn-${variant}.wasm takes below ${budget / 1000} kB with Brotli`, (t) => {
    const module = readFileSync(new URL(`../../bindings/dist/tinycnn-${variant}.wasm`, import.meta.url));
    const { length } = brotliCompressSync(module);
    t.diagnostic(`${(length / 1000).toFixed(1)} kB with Brotli, ${(module.length / 1000).toFixed(1)} kB uncompressed`);
    assert.ok(
      length < budget,
      `expected tinycnn-${variant}.wasm below ${budget} bytes with Brotli, got ${length}: ` +
        'add sources that need not be fast to cold_sources in core/CMakeLists.txt, or leave something out',
    );
  });
}
