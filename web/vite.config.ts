// SPDX-License-Identifier: MIT
//
// Builds the page into web/dist, a plain folder that works below any path of any static host; with `--mode bench` the benchmark's page beside
// it, on its own, since what two pages share comes as further files, which compress worse. The WebAssembly builds and their loaders stay
// files of their own in a folder named after their content: the threaded one starts workers from its own file, which a bundler would break.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'rolldown/utils';
import { minify_sync as minify } from 'terser';
import { defineConfig } from 'vite';
import { libraryOf, licencesOf } from '../tools/build/licences.mjs';
import * as breakpoints from './src/ui/breakpoints';
import type { Plugin } from 'vite';

const packageFolder = fileURLToPath(new URL('../bindings/dist/', import.meta.url));
/** Two parts of each module that the page trains with; see tools/build/split-engine.mjs. */
const partsFolder = fileURLToPath(new URL('../build/page-engine/', import.meta.url));
const deferredLoader = 'deferred.js';

/** Hashes of as few characters as hosts take for one (tools/server/files.mjs), from sixteen: those of all parts are in the first file, and
 * nothing else makes them smaller. */
const fileNames = {
  hashCharacters: 'hex' as const,
  entryFileNames: 'assets/[name]-[hash:8].js',
  chunkFileNames: 'assets/[name]-[hash:8].js',
  assetFileNames: 'assets/[name]-[hash:8][extname]',
};

const terser = (code: string): string => minify(code, { module: true, ecma: 2020, compress: { passes: 3 } }).code!;

/** Programs that Vite has made small, and Terser smaller by another 2 % as sent. */
const smaller = (): Plugin => ({
  name: 'smaller',
  generateBundle(_, bundle) {
    for (const each of Object.values(bundle)) if (each.type === 'chunk') each.code = terser(each.code);
  },
});

/** A loader as a browser needs it: short names, and nothing of what it does in Node. */
function forBrowsers(name: string, loader: string): string {
  const { code, errors } = transformSync(name, loader, { define: { 'typeof process': '"undefined"' } });
  if (errors.length > 0) throw new Error(`${name}: ${errors.map(({ message }) => message).join(' ')}`);
  return terser(code);
}

const loaderImports = 'return{env:wasmImports,wasi_snapshot_preview1:wasmImports}';
const isThread = (loader: string): string =>
  loader.includes('ENVIRONMENT_IS_PTHREAD') ? 'ENVIRONMENT_IS_PTHREAD' : 'false';

/** A loader whose module finds the functions of its deferred part. */
function withDeferred(variant: string, loader: string): string {
  const placeholders = `placeholders({
    url: new URL('${variant}.deferred.wasm', import.meta.url).href,
    memory: () => wasmMemory,
    malloc: ${isThread(loader)} ? null : (bytes) => _malloc(bytes),
    exports: () => wasmExports,
    table: () => wasmTable,
  })`;
  const imports = loaderImports.replace('}', `,placeholder:${placeholders}}`);
  return `import { placeholders } from './${deferredLoader}';\n${loader.replace(loaderImports, () => imports)}`;
}

interface EngineFile {
  name: string;
  source: string | Uint8Array;
}

/** The files of one build: its module in two parts, if there are any and its loader can load the deferred one. */
function filesOf(variant: string): EngineFile[] {
  const file = (folder: string, name: string): EngineFile => ({ name, source: readFileSync(join(folder, name)) });
  const [wasm, deferred] = [`${variant}.wasm`, `${variant}.deferred.wasm`] as const;
  const loader = readFileSync(join(packageFolder, `${variant}.js`), 'utf8');
  const whole = { name: `${variant}.js`, source: forBrowsers(`${variant}.js`, loader) };
  if (!existsSync(join(partsFolder, deferred))) return [whole, file(packageFolder, wasm)];
  if (loader.split(loaderImports).length !== 2) {
    console.warn(`${variant}.js: expected its imports once, as ${loaderImports}; the page gets its module as a whole`);
    return [whole, file(packageFolder, wasm)];
  }
  const source = forBrowsers(`${variant}.js`, withDeferred(variant, loader));
  return [{ ...whole, source }, file(partsFolder, wasm), file(partsFolder, deferred)];
}

const deferredSource = fileURLToPath(new URL('src/worker/deferred.ts', import.meta.url));

/** The page pins the exact builds: one seed gives the same bits everywhere. */
const engineFiles = [
  ...readdirSync(packageFolder)
    .filter((name) => /^tinycnn-simd.*\.wasm$/.test(name))
    .flatMap((name) => filesOf(name.replace('.wasm', ''))),
  { name: deferredLoader, source: forBrowsers(deferredSource, readFileSync(deferredSource, 'utf8')) },
];

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
    /^\.\/tinycnn-[\w-]+\.js$|\/deferred\.js$/.test(source)
      ? { id: source.replace(/^.*\//, `../${folder}/`), external: 'absolute' }
      : null,
});

/** The worker that trains is never asked for options that visitors write: it needs no guesses what a wrong name was meant to be. Workers that
 * read what visitors write have them. */
function withoutSuggestions(): Plugin {
  const none = '\0no-suggestion';
  let trains = false;
  return {
    name: 'without-suggestions',
    enforce: 'pre',
    resolveId(source, _importer, { isEntry }) {
      if (isEntry) trains = source.includes('worker/main.ts');
      return trains && source === './suggestion.js' ? none : null;
    },
    load: (id) => (id === none ? "export const MAX_SHOWN = 40; export const suggestion = () => '';" : null),
  };
}

const packageIndex = join(packageFolder, 'index.js');
const reExports = /^export \{ ([^}]+) \} from '(\.[^']+)';\n/gm;

/** Names that the package's index re-exports are imported from their own modules, which a part that is loaded later then brings along; the
 * index would bring them at first. */
function straightFromModules(): Plugin {
  const modules = new Map<string, string>();
  for (const [, names = '', path = ''] of readFileSync(packageIndex, 'utf8').matchAll(reExports)) {
    for (const name of names.split(', ')) modules.set(name, join(packageFolder, path));
  }
  const importOf = (name: string): string =>
    `import { ${name} } from '${modules.get(name.replace(/^type /, '')) ?? 'tinycnn'}';`;
  return {
    name: 'straight-from-modules',
    enforce: 'pre',
    transform(code, id) {
      if (id === packageIndex) return code.replace(reExports, '');
      if (!/\/web\/src\/.*\.tsx?$/.test(id)) return null;
      return code.replace(/^import \{ ([^}]+) \} from 'tinycnn';$/gm, (_, names: string) =>
        names.split(', ').map(importOf).join(' '),
      );
    },
  };
}

const copyEngine = (): Plugin => ({
  name: 'copy-engine',
  generateBundle() {
    for (const { name, source } of engineFiles) this.emitFile({ type: 'asset', fileName: `${folder}/${name}`, source });
  },
});

/** Libraries whose code is in the page; one of them comes in a file of the package, which is bundled already. */
const libraries = new Set(['wasm-feature-detect']);

/** Of a bundle, the page's own or that of one of its workers, which are made before it. */
const notedLibraries = (): Plugin => ({
  name: 'noted-libraries',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((each) => (each.type === 'chunk' ? each.moduleIds : []));
    for (const name of modules.map(libraryOf)) if (name !== null) libraries.add(name);
  },
});

const licencesBesideThePage = (): Plugin => ({
  name: 'licences-beside-the-page',
  generateBundle: {
    order: 'post',
    handler() {
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: licencesOf(libraries) });
    },
  },
});

/** Light or dark before anything is drawn; ui/theme.ts goes on with it. */
const firstTheme = `{
  let theme = null;
  try {
    theme = localStorage.getItem('tinycnn-theme');
  } catch {}
  document.documentElement.dataset.theme =
    theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
}`;

const themeBeforePaint = (): Plugin => ({
  name: 'theme-before-paint',
  transformIndexHtml: () => [{ tag: 'script', children: firstTheme, injectTo: 'head-prepend' }],
});

const icon = readFileSync(fileURLToPath(new URL('icon.svg', import.meta.url)), 'utf8')
  .replace(/\s*\n\s*/g, '')
  .replaceAll('"', "'")
  .replace(/[#<>]/g, encodeURIComponent);

/** The tab's icon in the page itself; the rest of the app's files beside it (tools/build/app-icons.mjs). */
const installable = (): Plugin => ({
  name: 'installable',
  transformIndexHtml: {
    order: 'post',
    handler: () =>
      Object.entries({
        icon: `data:image/svg+xml,${icon}`,
        'apple-touch-icon': './apple-touch-icon.png',
        manifest: './app.webmanifest',
      }).map(([rel, href]) => ({ tag: 'link', attrs: { rel, href }, injectTo: 'head' })),
  },
});

/** `@media (--stacked)` in a style stands for the width of that name in ui/breakpoints.ts. */
const namedBreakpoints = (): Plugin => {
  const named = new Map(
    Object.entries(breakpoints).map(([name, query]) => [
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      query,
    ]),
  );
  return {
    name: 'named-breakpoints',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('.css')) return null;
      return code.replace(/(?<=@media[^{]*)\(--([\w-]+)\)/g, (_, name: string) => {
        const query = named.get(name);
        if (query === undefined) throw new Error(`${id}: no breakpoint is named ${name}`);
        return query;
      });
    },
  };
};

/** The modules that a module of ours imports, and those that they import, but for what is loaded later. What the package only
 * re-exports may be wanted by nobody. */
function importedBy(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  const code = readFileSync(entry, 'utf8');
  const imports = /^(import|export)(?! type)[^'()]*? from '(\.[^']+|tinycnn)'/gm;
  for (const [, keyword, path = ''] of code.matchAll(imports)) {
    if (keyword === 'export' && entry.startsWith(packageFolder)) continue;
    if (path === 'tinycnn') importedBy(packageIndex, found);
    const module = ['.ts', '.tsx', ''] // the package's own have an ending
      .map((ending) => resolve(dirname(entry), path + ending))
      .find((file) => existsSync(file));
    if (module !== undefined) importedBy(module, found);
  }
  return found;
}

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));
const firstLook = importedBy(source('app/main.tsx'));
const workerEntry = source('worker/main.ts');
const firstWork = importedBy(workerEntry);

export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  resolve: {
    alias: [
      { find: /^tinycnn$/, replacement: packageIndex },
      { find: /^tinycnn\/sweep$/, replacement: join(packageFolder, 'sweep', 'index.js') },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [
    copyEngine(),
    themeBeforePaint(),
    installable(),
    namedBreakpoints(),
    smaller(),
    notedLibraries(),
    // the benchmark's page has none that this one has not
    ...(mode === 'bench' ? [] : [licencesBesideThePage()]),
  ],
  worker: {
    format: 'es',
    plugins: () => [engineBesideThePage(), withoutSuggestions(), straightFromModules(), smaller(), notedLibraries()],
    // What a worker does at first is one file, as below, beside its own: WebKit evaluates that one a second time for whoever imports from it.
    rolldownOptions: {
      output: {
        ...fileNames,
        codeSplitting: {
          groups: [{ name: 'work', test: (id: string) => firstWork.has(id) && id !== workerEntry }],
        },
      },
    },
  },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false }, // a browser without it loads a little later
    outDir: 'dist',
    emptyOutDir: mode !== 'bench',
    rolldownOptions: {
      input: fileURLToPath(new URL(mode === 'bench' ? 'bench.html' : 'index.html', import.meta.url)),
      // All of the first look in one file: two compress worse. What is loaded later imports from it.
      output: {
        ...fileNames,
        codeSplitting: {
          groups:
            mode === 'bench'
              ? []
              : [{ name: 'page', test: (id: string) => firstLook.has(id) || id.includes('preact') }],
        },
      },
    },
  },
}));
