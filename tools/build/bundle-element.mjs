// SPDX-License-Identifier: MIT
// tinycnn/element as one small file, since pages load it without a bundler. The engine, which it loads when an element is on the page, stays
// the package's own files.
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inRoot } from '../support/paths.mjs';

/** The package's modules that stay files of their own. */
const separate = ['worker', 'index', 'errors'].map((name) => inRoot('bindings', 'src', `${name}.js`));

const external = (source, importer) =>
  importer !== undefined && source.startsWith('.') && separate.includes(join(dirname(importer), source));

/** Their paths, seen from the bundle. */
const besideTheBundle = {
  name: 'tinycnn-element',
  resolveId: (source, importer) =>
    external(source, importer)
      ? { id: `./${relative(inRoot('bindings', 'src'), join(dirname(importer), source))}`, external: true }
      : null,
};

/** Writes element.js into `folder`, and removes the modules it is made of; their declarations stay. */
export async function bundleElement(folder) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: inRoot('bindings', 'src', 'element.ts'),
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    plugins: [besideTheBundle],
  });
  await bundle.write({ file: join(folder, 'element.js'), format: 'es', minify: true, sourcemap: true });
  await bundle.close();
  const parts = join(folder, 'element');
  for (const file of readdirSync(parts)) if (!file.endsWith('.d.ts')) rmSync(join(parts, file));
}
