// SPDX-License-Identifier: MIT
// What --help prints, from the table of verbs.
import { verbs } from './verbs.mjs';

const width = 100;

/** Text in lines of at most `width` characters, each after `indent` spaces. */
function wrapped(text, indent) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== '' && indent + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Two columns: names, and texts that are wrapped beside them. */
function columns(rows) {
  const left = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows
    .map(([name, text]) => `  ${name.padEnd(left - 2)}${wrapped(text, left).join(`\n${' '.repeat(left)}`)}`)
    .join('\n');
}

const optionText = ({ text, choices }) => (choices ? `${choices.join(', ')}: ${text}` : text);

/** A verb's whole help. */
export function usageOf({ name, about, takes, options, examples }) {
  const rest =
    takes.max === 0 ? '' : ` ${takes.min === 0 ? `[${takes.name}]` : takes.name}${takes.max > 1 ? '...' : ''}`;
  const rows = options.map((option) => [
    `--${option.name}${option.value ? ` ${option.value}` : ''}`,
    optionText(option),
  ]);
  return [
    `tinycnn ${name}${rest} [options]`,
    ...about.map((text) => wrapped(text, 0).join('\n')),
    ...(takes.max > 0 ? [columns([[takes.name, takes.text]])] : []),
    `Options:\n${columns(rows)}`,
    `Examples:\n${examples.map(([command, what]) => `  # ${what}\n  ${command}`).join('\n')}`,
  ].join('\n\n');
}

/** Of the verbs that the command has; the native one has fewer. */
export function overview(known = verbs) {
  return [
    'tinycnn VERB [options]   trains, tests and converts small convolutional networks, on the CPU and bit for bit',
    columns(known.map(({ name, summary }) => [name, summary])),
    [
      'tinycnn VERB --help explains a verb with examples. Every verb takes --json, for programs.',
      'Exit codes: 0 done; 1 failed, such as a file that is damaged; 2 not understood; 130 stopped by Ctrl+C.',
    ].join('\n'),
    'Begin with:\n  tinycnn train --data generated --epochs 2    # needs no download\n  tinycnn evaluate model.tinycnn --data generated',
  ].join('\n\n');
}
