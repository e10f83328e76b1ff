// SPDX-License-Identifier: MIT
//
// Where measured figures are written down: between marks in README.md, and in the reference figures of the site. Nobody writes them
// by hand.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const inRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const kReadme = inRoot('README.md');
const kReference = inRoot('web/src/bench/reference.json');

/** `text` with what stands between <!-- name:begin --> and <!-- name:end --> replaced. */
export function replaceBetweenMarks(text, name, replacement) {
  const [begin, end] = ['begin', 'end'].map((which) => `<!-- ${name}:${which} -->`);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`expected the marks ${begin} and ${end}, in this order`);
  return `${text.slice(0, from + begin.length)}\n\n${replacement.trim()}\n\n${text.slice(to)}`;
}

export async function writeReadme(name, text) {
  const changed = replaceBetweenMarks(readFileSync(kReadme, 'utf8'), name, text);
  const options = await prettier.resolveConfig(kReadme);
  writeFileSync(kReadme, await prettier.format(changed, { ...options, parser: 'markdown' }));
}

/** Sets one section of the site's reference figures. */
export function writeReference(section, figures) {
  const all = existsSync(kReference) ? JSON.parse(readFileSync(kReference, 'utf8')) : {};
  writeFileSync(kReference, `${JSON.stringify({ ...all, [section]: figures }, null, 2)}\n`);
}
