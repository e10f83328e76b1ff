// SPDX-License-Identifier: MIT
// What each entry of the package costs who downloads it: JavaScript as a bundler makes it small, WebAssembly as it is, both with Brotli. The
// budgets guard it; whoever needs more raises one, and says why in the commit.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** In bytes. */
export const budgets = {
  tinycnn: 12_000,
  'tinycnn/worker': 3_500,
  'tinycnn/sweep': 6_500,
  'tinycnn/element': 13_000,
  'worker-thread.js': 11_500,
  'one thread': 115_000,
  'several threads': 125_000,
  'relaxed SIMD': 125_000,
  'exportModel, quantize, prune': 101_000,
  importModel: 101_000,
  'npx tinycnn': 75_000,
};

const brotli = (bytes) => brotliCompressSync(bytes).length;

/** The file and what it imports at once, minified; what it loads later counts elsewhere. */
async function bundledBytes(file) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: file,
    external: /tinycnn-[\w-]+\.js$/,
    platform: 'browser',
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  await bundle.close();
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const wanted = new Set([output[0].fileName]);
  for (const name of wanted) {
    const chunk = chunks.get(name);
    if (chunk?.type === 'chunk') for (const each of chunk.imports) if (chunks.has(each)) wanted.add(each);
  }
  return [...wanted].reduce((sum, name) => sum + brotli(Buffer.from(/** @type {any} */ (chunks.get(name)).code)), 0);
}

/** Of the package in `folder`: [{ entry, bytes, budget }]. */
export async function measureSizes(folder) {
  const inDist = (...names) => join(folder, 'dist', ...names);
  const files = (...names) => names.reduce((sum, name) => sum + brotli(readFileSync(inDist(name))), 0);
  const variant = (name) => files(`tinycnn-${name}.js`, `tinycnn-${name}.wasm`);
  const command = readdirSync(inDist('cli')).filter((name) => name.endsWith('.js'));
  const measured = {
    tinycnn: await bundledBytes(inDist('index.js')),
    'tinycnn/worker': await bundledBytes(inDist('worker.js')),
    'tinycnn/sweep': await bundledBytes(inDist('sweep', 'index.js')),
    'tinycnn/element': files('element.js'),
    'worker-thread.js': await bundledBytes(inDist('worker-thread.js')),
    'one thread': variant('simd'),
    'several threads': variant('simd-threads'),
    'relaxed SIMD': variant('relaxed-threads'),
    'exportModel, quantize, prune': files('tinycnn-formats.wasm'),
    importModel: files('tinycnn-imports.wasm'),
    'npx tinycnn': files(...command.map((name) => join('cli', name))),
  };
  return Object.entries(measured).map(([entry, bytes]) => ({ entry, bytes, budget: budgets[entry] }));
}

export const problemsOfSizes = (sizes) =>
  sizes
    .filter(({ bytes, budget }) => bytes > budget)
    .map(({ entry, bytes, budget }) => `${entry} takes ${bytes} bytes with Brotli, more than ${budget}`);
