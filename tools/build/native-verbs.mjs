// SPDX-License-Identifier: MIT
// What of the command in Node the native one has too, in words of its own where it reads less: as C++ and as a man page.
import { overview, usageOf } from '../../bindings/cli/help.mjs';
import { verbs } from '../../bindings/cli/verbs.mjs';

const aboutData =
  'DATA is generated (synthetic digits, made here), mnist or fashion-mnist (from the folder that MNIST_DIR or FASHION_MNIST_DIR names, else where npx tinycnn has put them), ' +
  'or your own: IDX files of 28x28 grey images and of labels, gzipped or not, or a folder of them. --data may be given several times for files that belong together. ' +
  'Without a test set, a sixth of each class is held out as one.';

const threadsText = 'number of threads; by default one for each core, at most 4. Results do not depend on it';

/** For each verb: the options that it has and those that are left out, and what is said otherwise. */
const changes = {
  train: {
    has:
      'data model recipe epochs steps seed batch-size learning-rate optimizer schedule augmentation cutout mixup validation target-accuracy resume ' +
      'out force threads',
    without: 'orientation',
    examples: [
      ['tinycnn train --data generated --epochs 2', 'two epochs on synthetic digits, without any download'],
      ['tinycnn train --data digits/ --epochs 30 --out mine.tinycnn', 'four IDX files of your own'],
      ['tinycnn train --resume model.tinycnn --data generated --epochs 4', 'two more epochs after two'],
    ],
  },
  evaluate: {
    has: 'data split threads',
    without: 'int8 orientation',
    examples: [['tinycnn evaluate model.tinycnn --data generated', 'accuracy on the test images']],
  },
  predict: {
    has: 'top threads',
    without: 'prepare',
    about: [
      "Prints the most probable classes of each image: PGM files (P5) or IDX files of images, of the size that the network reads, light ink on a dark ground as MNIST's.",
    ],
    takes: { text: 'a network (as evaluate takes it), then PGM images, folders of them, or IDX files of images' },
    examples: [
      ['tinycnn predict model.tinycnn seven.pgm', 'one drawing'],
      ['tinycnn predict model.tinycnn t10k-images-idx3-ubyte --top 1 --json', 'all images of a file, for a program'],
    ],
  },
  export: {
    has: 'out format input name force',
    without: 'int8 data orientation threads',
    examples: [['tinycnn export model.tinycnn --out digits.onnx', 'for ONNX Runtime']],
  },
  import: { has: 'spec input out force', without: '' },
  verify: { has: 'threads', without: '' },
  zoo: {
    has: '',
    without: '',
    examples: [
      ['tinycnn zoo', 'all'],
      ['tinycnn zoo tinycnn', 'one, with its layers'],
    ],
  },
  bench: { has: 'model seconds threads', without: '' },
};

const ofAll = ['json', 'help'];

function changed(verb) {
  const { has, without, about, takes, examples } = changes[verb.name];
  const options = verb.options.filter(({ name }) => !without.split(' ').includes(name));
  const undecided = options.find(({ name }) => ![...has.split(' '), ...ofAll].includes(name));
  if (undecided) {
    throw new Error(
      `tinycnn ${verb.name} has a new option, ${undecided.name}: does the native command have it too, or is it left out?`,
    );
  }
  return {
    ...verb,
    about: about ?? verb.about.map((text) => (text.startsWith('DATA is') ? aboutData : text)),
    takes: { ...verb.takes, ...takes },
    options: options.map((option) => (option.name === 'threads' ? { ...option, text: threadsText } : option)),
    examples: examples ?? verb.examples,
  };
}

export const nativeVerbs = verbs.filter(({ name }) => name in changes).map(changed);

const quoted = (text) => JSON.stringify(text);
const raw = (text) => `R"help(${text})help"`;
const number = (value) => (Number.isInteger(value) ? `${value}.0` : String(value));
const capitalized = (word) => `${word[0].toUpperCase()}${word.slice(1)}`;

function optionRow({ name, value, kind = 'text', min, max, choices, multiple }, verb) {
  const kinds = { text: 'kText', integer: 'kInteger', number: 'kNumber', choice: 'kChoice' };
  const fields = [
    `.name = ${quoted(name)}`,
    ...(value === undefined ? [] : [`.value = ${quoted(value)}`]),
    `.kind = Kind::${value === undefined ? 'kSwitch' : kinds[kind]}`,
    ...(min === undefined ? [] : [`.min = ${number(min)}`]),
    ...(max === undefined ? [] : [`.max = ${number(max)}`]),
    ...(choices === undefined ? [] : [`.choices = ${choicesName(verb, name)}`]),
    ...(multiple ? ['.multiple = true'] : []),
  ];
  return `    {${fields.join(', ')}},`;
}

const choicesName = (verb, option) => `k${[verb, ...option.split('-')].map(capitalized).join('')}`;

function optionRows({ name, options }) {
  const choices = options.filter((option) => option.choices);
  return [
    ...choices.map(
      (option) =>
        `constexpr std::array<std::string_view, ${option.choices.length}> ${choicesName(name, option.name)}{${option.choices.map(quoted).join(', ')}};`,
    ),
    `constexpr std::array<OptionRow, ${options.length}> k${capitalized(name)}Options{{`,
    ...options.map((option) => optionRow(option, name)),
    '}};',
  ].join('\n');
}

const verbRow = (verb) => {
  const { name, takes } = verb;
  return `    {.name = ${quoted(name)},
     .takes = ${quoted(takes.name)},
     .takes_text = ${quoted(takes.text)},
     .min = ${takes.min},
     .max = ${takes.max === Infinity ? -1 : takes.max},
     .options = k${capitalized(name)}Options,
     .usage = ${raw(usageOf(verb))}},`;
};

const cppTable = () => `// SPDX-License-Identifier: MIT
// Written by \`npm run native-verbs\` from bindings/cli/verbs.mjs, not by hand.
// clang-format off
#include "verbs.h"

#include <array>

namespace tinycnn::command {
namespace {

${nativeVerbs.map(optionRows).join('\n')}

constexpr std::array<VerbRow, ${nativeVerbs.length}> kVerbs{{
${nativeVerbs.map(verbRow).join('\n')}
}};

}  // namespace

std::span<const VerbRow> verbs() { return kVerbs; }

std::string_view overview() {
  return ${raw(overview(nativeVerbs))};
}

}  // namespace tinycnn::command
`;

const roff = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('…', '...')
    .replaceAll('-', '\\-')
    .replace(/^(['.])/gm, '\\&$1');
const bold = (text) => `\\fB${roff(text)}\\fR`;

const optionParagraph = ({ name, value, text, choices }) =>
  `.TP\n${bold(`--${name}`)}${value === undefined ? '' : ` \\fI${roff(value)}\\fR`}\n${roff(choices ? `${choices.join(', ')}: ${text}` : text)}`;

const exampleParagraph = ([command, what]) =>
  `${roff(capitalized(what))}:\n.PP\n.nf\n.RS\n${roff(command)}\n.RE\n.fi\n.PP`;

function verbSection(verb) {
  const { name, summary, about, takes, options, examples } = verb;
  const synopsis = usageOf(verb).split('\n')[0].replace(`tinycnn ${name}`, '');
  return [
    `.SS ${roff(name)}: ${roff(summary)}`,
    `${bold(`tinycnn ${name}`)}${roff(synopsis)}`,
    ...about.map((text) => `.PP\n${roff(text)}`),
    ...(takes.max > 0 ? [`.TP\n\\fI${roff(takes.name)}\\fR\n${roff(takes.text)}`] : []),
    ...options.map(optionParagraph),
    '.PP',
    ...examples.map(exampleParagraph),
  ].join('\n');
}

const manPage = () => `.\\" SPDX-License-Identifier: MIT
.\\" Written by \`npm run native-verbs\` from bindings/cli/verbs.mjs, not by hand.
.TH TINYCNN 1 "" "TinyCNN" "User Commands"
.SH NAME
tinycnn \\- train, test and convert small convolutional networks
.SH SYNOPSIS
.B tinycnn
.I VERB
.RI [ options ]
.br
.B tinycnn
.I VERB
.B \\-\\-help
.br
.B tinycnn \\-\\-version
.SH DESCRIPTION
Trains small convolutional networks on images of 28x28 pixels, on the CPU. One seed gives the same weights, bit for bit, on every machine and with
any number of threads, natively, in Node and in every browser.
.SH VERBS
${nativeVerbs.map(verbSection).join('\n')}
.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
Failed, such as a file that is damaged, or training that diverged.
.TP
.B 2
Not understood: an unknown verb or option, or a value that cannot be.
.TP
.B 130
Stopped by Ctrl+C, after the run was saved. A second Ctrl+C ends at once, without saving.
.TP
.B 143
The same by SIGTERM.
.SH ENVIRONMENT
.TP
.BR MNIST_DIR ", " FASHION_MNIST_DIR
Folders with the four files of the data set, gzipped or not.
.TP
.B TINYCNN_CACHE
Where
.B npx tinycnn
keeps what it has downloaded, in place of ~/.cache/tinycnn.
`;

/** { path: text } of the files that are written. */
export const nativeFiles = () => ({ 'bindings/native/verbs.cpp': cppTable(), 'bindings/native/tinycnn.1': manPage() });
