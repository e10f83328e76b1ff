// SPDX-License-Identifier: MIT
// Bundles wasm-feature-detect into the package's features.js, so that the package has no dependency that a page would have to find.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../support/paths.mjs';

const library = 'wasm-feature-detect';
const libraryFolder = inRoot('node_modules', library);

/** What decides the bundle, besides the package's sources. */
export const libraryManifest = `node_modules/${library}/package.json`;

/** Writes features.js, of the three functions that are used, and the library's licence beside it into `folder`. */
export async function bundleFeatures(folder) {
  const { rolldown } = await import('rolldown');
  const { version, license } = JSON.parse(readFileSync(inRoot(libraryManifest), 'utf8'));
  const bundle = await rolldown({ input: inRoot('bindings', 'src', 'features.ts') });
  const banner = `/*! includes ${library} ${version}, ${license}, see features.LICENSE.txt */`;
  await bundle.write({ file: join(folder, 'features.js'), format: 'es', banner, minify: true, sourcemap: true });
  await bundle.close();
  copyFileSync(join(libraryFolder, 'LICENSE'), join(folder, 'features.LICENSE.txt'));
}
