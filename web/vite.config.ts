// SPDX-License-Identifier: MIT
//
// Builds the page into web/dist, a plain folder that works below any path of any static host. The WebAssembly builds and their loaders
// are copied as they are into a folder named after their content: the threaded one starts workers from its own file, which a bundler
// would break.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'rolldown/utils';
import { defineConfig, minifySync } from 'vite';
import type { Plugin } from 'vite';

const packageFolder = fileURLToPath(new URL('../bindings/dist/', import.meta.url));

/** A loader as a browser needs it: short names, and nothing of what it does in Node. */
function forBrowsers(name: string, loader: string): string {
  const { code, errors } = transformSync(name, loader, { define: { 'typeof process': '"undefined"' } });
  const small = minifySync(name, code, { module: true, compress: true, mangle: { toplevel: true } });
  const failed = [...errors, ...small.errors];
  if (failed.length > 0) throw new Error(`${name}: ${failed.map(({ message }) => message).join(' ')}`);
  return small.code;
}

const engineFiles = readdirSync(packageFolder)
  .filter((name) => /^tinycnn-.*\.(js|wasm)$/.test(name))
  .map((name) => {
    const source = readFileSync(join(packageFolder, name));
    return { name, source: name.endsWith('.js') ? forBrowsers(name, source.toString()) : source };
  });

function engineFolder(): string {
  const hash = createHash('sha256');
  for (const { name, source } of engineFiles) hash.update(name).update(source);
  return `engine-${hash.digest('hex').slice(0, 10)}`;
}

const folder = engineFolder();

/** Leaves imports of the loaders alone but points them, from a chunk in assets/, to the copies. */
const engineBesideThePage = (): Plugin => ({
  name: 'engine-beside-the-page',
  enforce: 'pre',
  resolveId: (source) =>
    /^\.\/tinycnn-[\w-]+\.js$/.test(source)
      ? { id: source.replace('./', `../${folder}/`), external: 'absolute' }
      : null,
});

const copyEngine = (): Plugin => ({
  name: 'copy-engine',
  generateBundle() {
    for (const { name, source } of engineFiles) this.emitFile({ type: 'asset', fileName: `${folder}/${name}`, source });
  },
});

/** Light or dark before anything is drawn; views/theme.ts goes on with it. */
const kFirstTheme = `{
  let theme = null;
  try {
    theme = localStorage.getItem('tinycnn-theme');
  } catch {}
  document.documentElement.dataset.theme =
    theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
}`;

const themeBeforePaint = (): Plugin => ({
  name: 'theme-before-paint',
  transformIndexHtml: () => [{ tag: 'script', children: kFirstTheme, injectTo: 'head-prepend' }],
});

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  resolve: { alias: { tinycnn: join(packageFolder, 'index.js') } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [copyEngine(), themeBeforePaint()],
  worker: { format: 'es', plugins: () => [engineBesideThePage()] },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    rolldownOptions: {
      input: ['index.html', 'bench.html'].map((page) => fileURLToPath(new URL(page, import.meta.url))),
    },
  },
});
