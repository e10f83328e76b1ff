// SPDX-License-Identifier: MIT
// What commands write into the documentation: tables between marks of their own, and the README's summary of them. No figure is
// written by hand.
import { inRoot } from './paths.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { summarize } from './summary.mjs';
import { zooFigures, zooFiguresFile } from './zoo-figures.mjs';

/** The document that holds what each command prints. */
export const sectionFiles = {
  bench: 'docs/benchmarks.md',
  peers: 'docs/benchmarks.md',
  'time-to': 'docs/benchmarks.md',
  page: 'docs/benchmarks.md',
  reproduce: 'docs/zoo.md',
  records: 'docs/zoo.md',
  'pen-digits': 'docs/handwriting.md',
  boards: 'docs/microcontrollers.md',
  machines: 'docs/machines.md',
  int8: 'docs/quantization.md',
  prune: 'docs/quantization.md',
  'prune-shapes': 'docs/quantization.md',
  'sweep-dense-361-sigmoid': 'docs/sweep.md',
  'sweep-dense-361-relu': 'docs/sweep.md',
  'sweep-dense-361-halving': 'docs/sweep.md',
  'sweep-optimizers': 'docs/zoo.md',
  'sweep-one-epoch': 'docs/zoo.md',
  sweep: 'README.md',
  'command-line': 'docs/command-line.md',
  session: 'README.md',
};

/** Rows that are objects with the same keys, as a Markdown table in columns of one width. */
export function markdownTable(rows) {
  const keys = Object.keys(rows[0]);
  const widths = keys.map((key) => Math.max(3, ...[key, ...rows.map((row) => row[key])].map((text) => text.length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(keys), rule, ...rows.map((row) => line(keys.map((key) => row[key])))].join('\n');
}

/** Where the text between <!-- name:begin --> and <!-- name:end --> begins and ends. Throws if the marks are missing. */
function findSection(text, name) {
  const [begin, end] = ['begin', 'end'].map((which) => `<!-- ${name}:${which} -->`);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`expected the marks ${begin} and ${end}, in this order`);
  return [from + begin.length, to];
}

export function textBetweenMarks(text, name) {
  return text.slice(...findSection(text, name)).trim();
}

/** `text` with what stands between the marks replaced. */
export function replaceBetweenMarks(text, name, replacement) {
  const [from, to] = findSection(text, name);
  return `${text.slice(0, from)}\n\n${replacement.trim()}\n\n${text.slice(to)}`;
}

async function replaceInFile(file, name, replacement) {
  const { default: prettier } = await import('prettier'); // may be missing until npm packages are there
  const path = inRoot(file);
  const changed = replaceBetweenMarks(readFileSync(path, 'utf8'), name, replacement);
  const options = await prettier.resolveConfig(path);
  writeFileSync(path, await prettier.format(changed, { ...options, parser: 'markdown' }));
}

/** The page's copy of the zoo's table, in its own form. */
export async function writeZooFigures(section) {
  const { default: prettier } = await import('prettier');
  const path = inRoot(zooFiguresFile);
  const options = await prettier.resolveConfig(path);
  writeFileSync(path, await prettier.format(JSON.stringify(zooFigures(section)), { ...options, parser: 'json' }));
}

/** Every section that commands have written, by name. */
export function readSections() {
  const read = ([name, file]) => [name, textBetweenMarks(readFileSync(inRoot(file), 'utf8'), name)];
  return Object.fromEntries(Object.entries(sectionFiles).map(read));
}

/** Writes a command's text into its document, then the README's summary anew; resolves with the document's name. */
export async function writeSection(name, text) {
  await replaceInFile(sectionFiles[name], name, text);
  if (name === 'reproduce') await writeZooFigures(text);
  await replaceInFile('README.md', 'summary', markdownTable(summarize(readSections())));
  return sectionFiles[name];
}
