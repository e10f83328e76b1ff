// SPDX-License-Identifier: MIT
// Every user of the package downloads one of the modules, the page's visitors the first part of it first: each stays within its budget.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

const kBudget = 100_000; // bytes, gzipped

for (const variant of ['simd', 'simd-threads', 'relaxed-threads']) {
  test(`tinycnn-${variant}.wasm takes below ${kBudget / 1000} KB gzipped`, (t) => {
    const module = readFileSync(new URL(`../../bindings/dist/tinycnn-${variant}.wasm`, import.meta.url));
    const { length } = gzipSync(module, { level: 9 });
    t.diagnostic(`${(length / 1000).toFixed(1)} KB gzipped, ${(module.length / 1000).toFixed(1)} KB as it is`);
    assert.ok(
      length < kBudget,
      `expected tinycnn-${variant}.wasm below ${kBudget} bytes gzipped, got ${length}: ` +
        'add sources that need not be fast to cold_sources in core/CMakeLists.txt, or leave something out',
    );
  });
}
