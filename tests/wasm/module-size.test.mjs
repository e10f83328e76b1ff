// SPDX-License-Identifier: MIT
// Every user of the package downloads one of the modules, the page's visitors the first part of it first: each stays within its budget.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { brotliCompressSync } from 'node:zlib';

const budget = 90_000; // bytes, as servers send it: Brotli

for (const variant of ['simd', 'simd-threads', 'relaxed-threads']) {
  test(`tinycnn-${variant}.wasm takes below ${budget / 1000} KB compressed`, (t) => {
    const module = readFileSync(new URL(`../../bindings/dist/tinycnn-${variant}.wasm`, import.meta.url));
    const { length } = brotliCompressSync(module);
    t.diagnostic(`${(length / 1000).toFixed(1)} KB compressed, ${(module.length / 1000).toFixed(1)} KB as it is`);
    assert.ok(
      length < budget,
      `expected tinycnn-${variant}.wasm below ${budget} bytes compressed, got ${length}: ` +
        'add sources that need not be fast to cold_sources in core/CMakeLists.txt, or leave something out',
    );
  });
}
