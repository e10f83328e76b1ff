// SPDX-License-Identifier: MIT
// Everything that the command can do, as data: help, completion and the check of arguments follow from this table.
//
// Long because it is the table of all verbs with their help.

const shared = [
  { name: 'json', text: 'print JSON, an object on each line, instead of text' },
  { name: 'help', text: 'show this' },
];

const threads = {
  name: 'threads',
  value: 'N',
  kind: 'integer',
  min: 1,
  max: 64,
  text: 'number of threads; by default as many as are fastest, at most 4. Results do not depend on it',
};

const data = (text) => ({ name: 'data', value: 'DATA', multiple: true, files: true, text });
const out = (text) => ({ name: 'out', value: 'FILE', files: true, text });
const force = { name: 'force', text: 'replace the file that --out names' };
const orientation = {
  name: 'orientation',
  value: 'WORD',
  kind: 'choice',
  choices: ['auto', 'as stored', 'transposed'],
  text: 'how images lie that may be stored transposed, as those of EMNIST are',
};

const model = (min = 1) => ({
  name: 'MODEL',
  text: 'a file: what train has written or the page has saved, ONNX, safetensors, JSON',
  min,
  max: 1,
});
const nothing = { name: '', text: '', min: 0, max: 0 };

const aboutData =
  'DATA is mnist, fashion-mnist, generated (synthetic digits, made here), or your own: IDX files of images and labels, CSV tables of labels and pixels, ' +
  'folders of PNG images with a folder for each class (also below train/ and test/), or a zip archive of these. --data may be given several times for files that belong together. ' +
  'Images are fitted to 28x28 grey pixels. Without a test set, a sixth of each class is held out as one.';

const precision = { name: 'int8', text: 'in 8-bit integers; needs --data, whose training images set the ranges' };

/** @type {import('./arguments.mjs').Verb[]} */
export const verbs = [
  {
    name: 'train',
    summary: 'trains a network and saves it',
    about: [
      'Trains a network on DATA, tests it after each epoch, and saves it to a file from which training can go on. The same seed gives the same weights, bit for bit, ' +
        'on every machine and with any number of threads.',
      'Ctrl+C stops after the current mini-batch, saves, and prints the command that goes on: the weights at the end are those of a run that was never stopped. ' +
        'What it prints as "weights" is their hash.',
      aboutData,
    ],
    takes: nothing,
    options: [
      data('what to learn from'),
      { name: 'model', value: 'NAME', text: 'an id of tinycnn zoo, or a .json file with a spec; default tinycnn' },
      {
        name: 'recipe',
        value: 'WORD',
        kind: 'choice',
        choices: ['best', 'recommended', 'published'],
        text: 'where optimizer, schedule, augmentation and epochs come from; default best. recommended mixes in synthetic digits, for drawings',
      },
      { name: 'epochs', value: 'N', kind: 'integer', min: 1, max: 1000, text: 'passes over the training images' },
      { name: 'steps', value: 'N', kind: 'integer', min: 1, text: 'stop at this mini-batch instead' },
      {
        name: 'seed',
        value: 'N',
        kind: 'integer',
        min: 0,
        text: 'of initial weights, order and augmentation; default 1',
      },
      { name: 'batch-size', value: 'N', kind: 'integer', min: 1, max: 4096, text: 'images in a mini-batch' },
      { name: 'learning-rate', value: 'X', kind: 'number', min: 0, max: 100, text: 'the highest of the schedule' },
      {
        name: 'optimizer',
        value: 'WORD',
        kind: 'choice',
        choices: ['sgd', 'adam', 'adamW', 'rmsprop', 'muon'],
        text: 'with its usual settings',
      },
      {
        name: 'schedule',
        value: 'WORD',
        kind: 'choice',
        choices: ['constant', 'cosine', 'oneCycle'],
        text: 'of the learning rate',
      },
      {
        name: 'augmentation',
        value: 'WORD',
        kind: 'choice',
        choices: ['none', 'slight', 'strong'],
        text: 'random shifts, turns and scales of the training images',
      },
      {
        name: 'cutout',
        value: 'N',
        kind: 'integer',
        min: 0,
        max: 64,
        text: 'cut a square of N pixels a side out of each',
      },
      {
        name: 'mixup',
        value: 'X',
        kind: 'number',
        min: 0,
        max: 2,
        text: 'mix each with another one, in shares drawn from Beta(X, X)',
      },
      {
        name: 'validation',
        value: 'SHARE',
        kind: 'number',
        min: 0,
        max: 0.5,
        text: 'share of the training images to hold out, to choose settings by',
      },
      {
        name: 'target-accuracy',
        value: 'SHARE',
        kind: 'number',
        min: 0,
        max: 1,
        text: 'stop after the first epoch that reaches it, on the validation images where there are any',
      },
      { name: 'resume', value: 'FILE', files: true, text: 'go on from this file; its network, seed and recipe stay' },
      orientation,
      out(
        'where the network is saved, after each epoch and at the end; default model.tinycnn, or the file of --resume',
      ),
      force,
      threads,
      ...shared,
    ],
    examples: [
      ['tinycnn train --data mnist', 'the default network on MNIST, which is downloaded once'],
      [
        'tinycnn train --data generated --model tinycnn --epochs 2',
        'two epochs on synthetic digits, without any download',
      ],
      ['tinycnn train --data cats-and-dogs.zip --epochs 30 --out pets.tinycnn', 'images of your own'],
      ['tinycnn train --resume model.tinycnn --data mnist --epochs 20', 'ten more epochs after ten'],
    ],
    load: () => import('./train.mjs'),
  },
  {
    name: 'evaluate',
    summary: 'tests a network on data',
    about: [
      'Prints loss and accuracy on the test images of DATA, each class by itself, and which classes are taken for which others. --json adds the whole confusion matrix.',
      aboutData,
    ],
    takes: model(),
    options: [
      data('what to test on'),
      {
        name: 'split',
        value: 'WORD',
        kind: 'choice',
        choices: ['test', 'train', 'all'],
        text: 'which images; default test',
      },
      precision,
      orientation,
      threads,
      ...shared,
    ],
    examples: [
      ['tinycnn evaluate model.tinycnn --data mnist', 'accuracy on the test images'],
      ['tinycnn evaluate model.tinycnn --data mnist --int8', 'the same in 8-bit integers'],
    ],
    load: () => import('./evaluate.mjs'),
  },
  {
    name: 'predict',
    summary: 'classifies images',
    about: [
      'Prints the most probable classes of each PNG image. Images are scaled to 28x28 grey pixels; dark ones on light paper are inverted, all or none of them.',
    ],
    takes: {
      name: 'MODEL IMAGE',
      text: 'a network (as evaluate takes it), then PNG images or folders of them',
      min: 2,
      max: Infinity,
    },
    options: [
      { name: 'top', value: 'N', kind: 'integer', min: 1, max: 256, text: 'how many classes are printed; default 3' },
      { name: 'prepare', text: 'cut out, scale and centre each drawing as the digits of MNIST are' },
      threads,
      ...shared,
    ],
    examples: [
      ['tinycnn predict model.tinycnn seven.png', 'one drawing'],
      ['tinycnn predict model.tinycnn scans/ --prepare --json', 'a folder, for a program'],
    ],
    load: () => import('./predict.mjs'),
  },
  {
    name: 'export',
    summary: 'writes a network for other programs',
    about: [
      'Writes ONNX, TensorFlow Lite, a C header, safetensors with a PyTorch module, or JSON. The format follows from the ending of --out (.onnx, .tflite, .h, .safetensors, .py, .json), or from --format.',
    ],
    takes: model(),
    options: [
      out('the file to write'),
      {
        name: 'format',
        value: 'WORD',
        kind: 'choice',
        choices: ['onnx', 'tflite', 'c', 'safetensors', 'pytorch', 'json'],
        text: 'what to write',
      },
      { ...precision, text: `${precision.text}; TensorFlow Lite and C alone` },
      data('for --int8: whose training images set the ranges'),
      {
        name: 'input',
        value: 'WORD',
        kind: 'choice',
        choices: ['bytes', 'unit', 'normalized'],
        text: 'what an ONNX or TensorFlow Lite file reads: pixels from 0 to 255, from 0 to 1, or normalised ones; default bytes',
      },
      { name: 'name', value: 'NAME', text: 'of the network in the file, such as the prefix of C functions' },
      force,
      orientation,
      threads,
      ...shared,
    ],
    examples: [
      ['tinycnn export model.tinycnn --out digits.onnx', 'for ONNX Runtime'],
      ['tinycnn export model.tinycnn --out digits.h --int8 --data mnist', 'for a microcontroller'],
    ],
    load: () => import('./export.mjs'),
  },
  {
    name: 'import',
    summary: 'reads a network of another program',
    about: [
      'Reads ONNX, safetensors, PyTorch weights (.pt) or JSON, and saves a file for the other verbs. Nothing in the file is executed. Files of weights alone need --spec.',
    ],
    takes: { name: 'FILE', text: 'the file to read', min: 1, max: 1 },
    options: [
      {
        name: 'spec',
        value: 'NAME',
        text: 'the network that the weights belong to: an id of tinycnn zoo, or a .json file',
      },
      {
        name: 'input',
        value: 'WORD',
        kind: 'choice',
        choices: ['bytes', 'unit'],
        text: "what the file's network reads, unless it says so: pixels from 0 to 255 or from 0 to 1; default bytes",
      },
      out('the file to write; default: the name of FILE, ending in .tinycnn'),
      force,
      ...shared,
    ],
    examples: [
      ['tinycnn import digits.onnx', 'writes digits.tinycnn'],
      ['tinycnn import weights.pt --spec tinycnn --out mine.tinycnn', "PyTorch's state_dict"],
    ],
    load: () => import('./import.mjs'),
  },
  {
    name: 'quantize',
    summary: 'rounds a network to 8-bit integers',
    about: [
      'Compares the network with its form in 8-bit integers: accuracy on the test images and size. --out writes that form as TensorFlow Lite (.tflite) or C (.h).',
      aboutData,
    ],
    takes: model(),
    options: [
      data('whose training images set the ranges, and whose test images judge'),
      {
        name: 'calibration',
        value: 'N',
        kind: 'integer',
        min: 1,
        max: 10_000,
        text: 'number of training images that set the ranges; default 200',
      },
      out('a .tflite or .h file to write'),
      { name: 'name', value: 'NAME', text: 'of the network in the file' },
      force,
      orientation,
      threads,
      ...shared,
    ],
    examples: [['tinycnn quantize model.tinycnn --data mnist --out digits.tflite', 'compare, and write a file']],
    load: () => import('./quantize.mjs'),
  },
  {
    name: 'prune',
    summary: 'removes what a network needs least',
    about: [
      'Makes the smallest weights zeros, or removes whole channels, and saves the network. Training it on afterwards wins most of the accuracy back: zeros stay zeros.',
    ],
    takes: model(),
    options: [
      {
        name: 'sparsity',
        value: 'SHARE',
        kind: 'number',
        min: 0,
        max: 0.999,
        text: 'share of the weights, or with channels of the multiply-adds, that goes; default 0.5',
      },
      {
        name: 'type',
        value: 'WORD',
        kind: 'choice',
        choices: ['unstructured', 'channels'],
        text: 'single weights or channels; default unstructured',
      },
      data('for accuracy before and after'),
      out('the file to write; default pruned.tinycnn'),
      force,
      orientation,
      threads,
      ...shared,
    ],
    examples: [
      ['tinycnn prune model.tinycnn --sparsity 0.8 --data mnist', 'four fifths of the weights'],
      ['tinycnn train --resume pruned.tinycnn --data mnist --epochs 12', 'then train on'],
    ],
    load: () => import('./prune.mjs'),
  },
  {
    name: 'sweep',
    summary: 'searches over settings or networks',
    about: [
      'Trains the networks of a sweep and lists the best. A sweep is a JSON file { name, base, vary, search, validation, score, halving } or a preset. ' +
        'Networks are trained side by side, one on each core. Each result is a line of the file of --out at once: after Ctrl+C the same command goes on.',
      aboutData,
    ],
    takes: {
      name: 'SWEEP',
      text: 'a .json file, or a preset: dense-361-sigmoid, dense-361-relu, dense-361-halving, tinycnn-rates',
      min: 1,
      max: 1,
    },
    options: [
      data('what to learn from; trials are judged by images that are held out of it'),
      out('the file of results; default: the name of the sweep, ending in .jsonl'),
      {
        name: 'engines',
        value: 'N',
        kind: 'integer',
        min: 1,
        max: 64,
        text: 'how many networks are trained at a time; default one on each core',
      },
      { name: 'shard', value: 'I/N', text: 'only every Nth trial, from the Ith on: for several machines' },
      {
        name: 'merge',
        value: 'FILE',
        multiple: true,
        files: true,
        text: 'add the results of this file; may be given several times',
      },
      { name: 'dry-run', text: 'train nothing: list what was found so far' },
      {
        name: 'heat-map',
        value: 'FILE',
        files: true,
        text: 'write the score over the first two settings as an SVG picture',
      },
      {
        name: 'top',
        value: 'N',
        kind: 'integer',
        min: 1,
        max: 1000,
        text: 'how many of the best are listed; default 10',
      },
      orientation,
      ...shared,
    ],
    examples: [
      ['tinycnn sweep tinycnn-rates --data mnist', 'learning rates and batch sizes'],
      ['tinycnn sweep mine.json --data mnist --shard 2/4', 'a quarter of the trials'],
    ],
    load: () => import('./sweep.mjs'),
  },
  {
    name: 'verify',
    summary: 'trains to the step of a link and compares the weights',
    about: [
      'A link that was copied on the page by Share, Copy link names a step and the hash of the weights there. This trains to that step and compares. ' +
        'Exit code 0: the same weights, bit for bit; 1: others.',
    ],
    takes: { name: 'LINK', text: 'a link that ends with #…stop=step-N&weights=…', min: 1, max: 1 },
    options: [threads, ...shared],
    examples: [
      [
        "tinycnn verify 'https://example.org/tinycnn/#stop=step-500&weights=0123456789abcdef'",
        'in quotes, as it has &',
      ],
    ],
    load: () => import('./verify.mjs'),
  },
  {
    name: 'zoo',
    summary: 'lists networks that have a name',
    about: ['Lists the networks that --model takes by name, or the layers and recipes of one.'],
    takes: { name: 'NAME', text: 'a network of the list', min: 0, max: 1 },
    options: shared,
    examples: [
      ['tinycnn zoo', 'all'],
      ['tinycnn zoo tinycnn --json', 'one, with its spec'],
    ],
    load: () => import('./zoo.mjs'),
  },
  {
    name: 'bench',
    summary: 'measures how fast this machine is',
    about: [
      'Trains on synthetic digits for some seconds, with one thread and with all, and times predictions. Nothing is saved.',
    ],
    takes: nothing,
    options: [
      { name: 'model', value: 'NAME', text: 'an id of tinycnn zoo; default tinycnn' },
      { name: 'seconds', value: 'X', kind: 'number', min: 0.1, max: 600, text: 'of each measurement; default 3' },
      threads,
      ...shared,
    ],
    examples: [['tinycnn bench', 'about ten seconds']],
    load: () => import('./bench.mjs'),
  },
  {
    name: 'serve',
    summary: 'serves a folder to a browser, isolated so that threads work',
    about: [
      'Serves a folder of a page of yours on localhost, with the two headers without which browsers give no threads to it. The page of TinyCNN itself is not part of the package: ' +
        'clone its repository, and npm start serves it.',
    ],
    takes: { name: 'FOLDER', text: 'what to serve; default: the present folder', min: 0, max: 1 },
    options: [
      { name: 'port', value: 'N', kind: 'integer', min: 0, max: 65535, text: 'default 8080; 0 takes a free one' },
      ...shared,
    ],
    examples: [['tinycnn serve dist', 'a page that Vite has built']],
    load: () => import('./serve.mjs'),
  },
  {
    name: 'completion',
    summary: 'prints completion for bash or zsh',
    about: ['Prints a script that completes verbs, options and their values.'],
    takes: { name: 'SHELL', text: 'bash or zsh', min: 1, max: 1, choices: ['bash', 'zsh'] },
    options: shared,
    examples: [
      ['source <(tinycnn completion bash)', 'in ~/.bashrc'],
      ['source <(tinycnn completion zsh)', 'in ~/.zshrc, after compinit'],
    ],
    load: () => import('./completion.mjs'),
  },
];

export const verbNames = verbs.map(({ name }) => name);

export const findVerb = (name) => verbs.find((verb) => verb.name === name);
