// SPDX-License-Identifier: MIT
//
// The reference figures of the site, which bench.html compares a visitor's browser with. Nobody writes them by hand.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../../tools/support/paths.mjs';

const reference = inRoot('web', 'src', 'features', 'bench', 'reference.json');

/** Sets one section of the site's reference figures. */
export function writeReference(section, figures) {
  const all = existsSync(reference) ? JSON.parse(readFileSync(reference, 'utf8')) : {};
  writeFileSync(reference, `${JSON.stringify({ ...all, [section]: figures }, null, 2)}\n`);
}
