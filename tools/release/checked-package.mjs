// SPDX-License-Identifier: MIT
// The package made and looked at: what is wrong with its version, files and sizes, and its tarball.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { problemsOfContents, problemsOfVersion } from './contents.mjs';
import { packageManifest, packPackage, writePackage } from './package-folder.mjs';
import { measureSizes, problemsOfSizes } from './sizes.mjs';
import { inRoot } from '../support/paths.mjs';

async function versionOfEngine(folder) {
  const { loadEngine } = await import(pathToFileURL(join(folder, 'dist', 'index.js')).href);
  const engine = await loadEngine({ threads: 1 });
  const { version } = engine.info;
  engine.dispose();
  return version;
}

/**
 * Makes the package in `folder`/package and packs it beside that. Resolves with what was found:
 * { folder, packed, sizes, problems: { version, contents, sizes } }. `released`: whether CHANGELOG.md must have the version's section.
 */
export async function checkedPackage(folder, { released = false } = {}) {
  const made = writePackage(join(folder, 'package'));
  const read = (name) => readFileSync(inRoot(name), 'utf8');
  const sizes = await measureSizes(made);
  const version = problemsOfVersion({
    version: packageManifest().version,
    engineVersion: await versionOfEngine(made),
    cmake: read('CMakeLists.txt'),
    changelog: read('CHANGELOG.md'),
    released,
  });
  const problems = { version, contents: problemsOfContents(made), sizes: problemsOfSizes(sizes) };
  return { folder: made, packed: await packPackage(made, folder), sizes, problems };
}
