// SPDX-License-Identifier: MIT
// The command `tinycnn`: bindings/cli with what it takes of the page and of libraries, as a few files beside the package's own, which they
// import. So the package needs no other one at run time.
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { inRoot } from '../support/paths.mjs';
import { licencesOf } from './licences.mjs';

/** Libraries whose code is in the command. */
const libraries = ['fflate', 'fast-png', 'iobuffer'];

/** Modules of the page that need a browser, and what stands for them here. */
const replaced = {
  'web/src/worker/data/store.ts': 'bindings/cli/data/store.mjs',
  'web/src/worker/data/files/decode-image.ts': 'bindings/cli/data/decode-image.mjs',
};

/** A source of data that only a page has: its own site. */
const ownSite = "{ title: 'this site', folder: new URL(`${dataset.id}/`, dataFolder) },";

/** What decides the bundle, besides the package's sources. */
export const commandInputs = [
  'bindings/cli',
  ...['bundle-cli', 'licences'].map((name) => `tools/build/${name}.mjs`),
  'tools/support/paths.mjs',
  'tools/server',
  ...['shared', 'state', 'worker'].map((folder) => `web/src/${folder}`),
  ...libraries.map((name) => `node_modules/${name}/package.json`),
];

const slashes = (path) => path.replaceAll(sep, '/');

const { name: packageName, exports } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));

/** Where an entry of the package lies, seen from the command. */
const entryOf = (source) =>
  source === packageName || source.startsWith(`${packageName}/`)
    ? exports[source.replace(packageName, '.')].default.replace('./bindings/dist/', '../')
    : null;

/** The package's own modules stay files of their own, one folder up; see `replaced` for the page's. */
const resolution = () => ({
  name: 'tinycnn-command',
  async resolveId(source, importer, options) {
    const own = entryOf(source);
    if (own) return { id: own, external: true };
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    if (!found || found.external) return found;
    const path = slashes(relative(inRoot(), found.id));
    if (path.startsWith('bindings/src/')) {
      return { id: `../${path.slice('bindings/src/'.length).replace(/\.ts$/, '.js')}`, external: true };
    }
    return replaced[path] ? inRoot(replaced[path]) : found;
  },
  transform(code, id) {
    if (!slashes(id).endsWith('web/src/worker/data/load-published.ts')) return null;
    if (!code.includes(ownSite)) throw new Error(`expected load-published.ts to hold ${ownSite}`);
    return { code: code.replace(ownSite, ''), map: null };
  },
});

/** Writes the folder `cli` into `folder`: tinycnn.js, the parts that verbs load, the thread of a sweep's engine, and the libraries' licences. */
export async function bundleCommand(folder) {
  const { rolldown } = await import('rolldown');
  const target = join(folder, 'cli');
  rmSync(target, { recursive: true, force: true });
  const bundle = await rolldown({
    input: {
      tinycnn: inRoot('bindings', 'cli', 'main.mjs'),
      'sweep-worker': inRoot('bindings', 'cli', 'sweep-worker.mjs'),
    },
    platform: 'node',
    plugins: [resolution()],
  });
  await bundle.write({ dir: target, format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' });
  await bundle.close();
  writeFileSync(join(target, 'LICENSES.txt'), licencesOf(libraries));
  chmodSync(join(target, 'tinycnn.js'), 0o755);
}
