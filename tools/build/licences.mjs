// SPDX-License-Identifier: MIT
// The licences of libraries from npm whose code is in what is built: they ask for their texts to come along.
import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from '../support/paths.mjs';

/** The library of npm that a module's path lies in, "@preact/signals" or the like; null for a module of the project's own. */
export const libraryOf = (path) => /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1] ?? null;

const fileNames = ['LICENSE', 'LICENSE.md', 'LICENCE'];

function licenceOf(name) {
  const file = fileNames.map((each) => inRoot('node_modules', name, each)).find(existsSync);
  if (!file) throw new Error(`node_modules/${name}: expected a licence named ${fileNames.join(', ')}`);
  const { version } = JSON.parse(readFileSync(inRoot('node_modules', name, 'package.json'), 'utf8'));
  return `${name} ${version}\n\n${readFileSync(file, 'utf8').trim()}\n`;
}

/** The licences' texts of these libraries, each under its name and version. Throws where one has none. */
export const licencesOf = (names) => [...names].sort().map(licenceOf).join('\n\n');
