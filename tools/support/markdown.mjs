// SPDX-License-Identifier: MIT
// What commands write into README.md: tables, each text between marks of its own. Nobody writes them by hand.
import { inRoot } from './paths.mjs';
import { readFileSync, writeFileSync } from 'node:fs';

/** Rows that are objects with the same keys, as a Markdown table in columns of one width. */
export function markdownTable(rows) {
  const keys = Object.keys(rows[0]);
  const widths = keys.map((key) => Math.max(3, ...[key, ...rows.map((row) => row[key])].map((text) => text.length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(keys), rule, ...rows.map((row) => line(keys.map((key) => row[key])))].join('\n');
}

/** `text` with what stands between <!-- name:begin --> and <!-- name:end --> replaced. Throws where they are not there. */
export function replaceBetweenMarks(text, name, replacement) {
  const [begin, end] = ['begin', 'end'].map((which) => `<!-- ${name}:${which} -->`);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`expected the marks ${begin} and ${end}, in this order`);
  return `${text.slice(0, from + begin.length)}\n\n${replacement.trim()}\n\n${text.slice(to)}`;
}

/** Puts `text` between the README's marks of that name. */
export async function writeReadme(name, text) {
  const { default: prettier } = await import('prettier'); // may be missing until npm packages are there
  const path = inRoot('README.md');
  const changed = replaceBetweenMarks(readFileSync(path, 'utf8'), name, text);
  const options = await prettier.resolveConfig(path);
  writeFileSync(path, await prettier.format(changed, { ...options, parser: 'markdown' }));
}
