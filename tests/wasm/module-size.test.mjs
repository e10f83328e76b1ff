// SPDX-License-Identifier: MIT
// Every user of the package downloads one of the modules: each stays within its budget, compressed as it is sent. The page's visitors
// download the first part of one at first (tools/build/split-engine.mjs), which tests/e2e/first-visit.spec.ts keeps within its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { brotliCompressSync } from 'node:zlib';

const budget = 125_000; // bytes, with Brotli

for (const variant of ['simd', 'simd-threads', 'relaxed-threads']) {
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
