// SPDX-License-Identifier: MIT
//
// The native command says, writes and trains what the one in Node does, to the bit, and each goes on with what the other has begun.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, test } from 'node:test';
import { nativeFiles, nativeVerbs } from '../../tools/build/native-verbs.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { findCommand, run } from '../../tools/support/processes.mjs';
import { gzip } from '../support/synthetic-digits.mjs';
import { digit, digits, helpersFor, png, rowsOf, tinycnn, workFolder, writeFiles, writeIdx } from './support.mjs';

const program = inRoot('build', 'native-release', 'bindings', 'native', 'tinycnn');
const reason = existsSync(program) ? false : 'the native command is not built here: it needs CLI11 and zlib';
const folder = workFolder();
let idx;

const commands = {
  node: tinycnn,
  native: (at, args, env = {}) =>
    run(program, args, {
      cwd: at,
      env: { ...process.env, TINYCNN_CACHE: join(at, 'cache'), MNIST_DIR: '', ...env },
      timeoutSeconds: 120,
    }),
};

const helpers = { node: helpersFor(commands.node), native: helpersFor(commands.native) };
const succeed = (which, args, env) => helpers[which].succeed(folder, args, env);
const objects = (which, args, env) => helpers[which].objects(folder, args, env);
const lastObject = (which, args, env) => helpers[which].lastObject(folder, args, env);
const refusal = (args, wanted, env) => helpers.native.refusal(folder, args, wanted, env);

/** What both commands print or resolve with, which must be the same. */
async function same(make) {
  const [node, native] = [await make('node'), await make('native')];
  assert.deepEqual(native, node);
  return native;
}

before(async () => {
  idx = writeIdx(folder, 'idx');
  if (reason) return;
  await succeed('native', ['train', '--data', idx, '--epochs', '2', '--out', 'model.tinycnn']);
});

test('the command is built where set-up has what it needs', () => {
  assert.ok(!reason || !process.env.CLI11_INCLUDE_DIR, `${program} is not there`);
});

test('the table and the man page are those of the verbs of the command in Node', () => {
  for (const [file, text] of Object.entries(nativeFiles())) {
    assert.ok(readFileSync(inRoot(file), 'utf8') === text, `${file} is out of date: npm run native-verbs`);
  }
});

const groff = findCommand('groff') ? false : 'there is no groff here';
test('the man page is set without a warning, and holds every verb and option', { skip: groff }, async () => {
  const page = inRoot('bindings', 'native', 'tinycnn.1');
  const { code, stdout, output } = await run('groff', ['-man', '-ww', '-Tascii', '-P-cbou', page]);
  assert.equal(code, 0, output);
  assert.equal(output, stdout, 'nothing on stderr');
  for (const { name, options } of nativeVerbs) {
    assert.match(stdout, new RegExp(`tinycnn ${name}\\b`));
    for (const option of options) assert.match(stdout, new RegExp(`--${option.name}\\b`));
  }
});

test(
  'without a verb it prints the verbs and ends as not understood; help and version are asked for',
  { skip: reason },
  async () => {
    const { code, stdout, output } = await commands.native(folder, []);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    for (const { name } of nativeVerbs) assert.match(output, new RegExp(`^  ${name} +\\w`, 'm'));
    assert.equal((await succeed('native', ['--help'])).trim(), output.trim());
    await same((which) => succeed(which, ['--version']));
    for (const { name } of nativeVerbs) {
      const text = await succeed('native', [name, '--help']);
      assert.match(text, new RegExp(`^tinycnn ${name}[^]*\nExamples:\n {2}# .+\n {2}\\S`));
      assert.equal(await succeed('native', ['help', name]), text);
    }
  },
);

for (const [args, says] of /** @type {[string[], RegExp][]} */ ([
  [['trian'], /no verb 'trian': did you mean 'train'\?/],
  [['xyzzy'], /no verb 'xyzzy'; expected one of train, evaluate/],
  [['--data', 'mnist'], /Expected a verb before --data/],
  [['train', '--epoch', '3'], /no option '--epoch': did you mean '--epochs'\?/],
  [['train', '--lr', '3'], /no option '--lr': did you mean '--learning-rate'\?/],
  [['train', 'digits/'], /takes options alone, got 'digits\/' too/],
  [['train'], /--data is missing/],
  [['train', '--data'], /--data: expected DATA after it, got nothing/],
  [['train', '--data', '--json'], /--data: expected DATA after it, got nothing/],
  [['train', '--data', 'generated', '--epochs', 'ten'], /--epochs: expected an integer from 1 to 1000, got 'ten'/],
  [['train', '--data', 'generated', '--epochs', '0'], /--epochs: expected an integer from 1 to 1000, got '0'/],
  [['train', '--data', 'generated', '--epochs', '1.5'], /--epochs: expected an integer/],
  [['train', '--data', 'generated', '--epochs', ''], /--epochs: expected an integer/],
  [
    ['train', '--data', 'generated', '--learning-rate', '-1'],
    /--learning-rate: expected a number from 0 to 100, got '-1'/,
  ],
  [['train', '--data', 'generated', '--epochs', '1', '--epochs', '2'], /--epochs was given twice/],
  [['train', '--data', 'generated', '--optimizer', 'adams'], /--optimizer: expected one of .*did you mean 'adam'/],
  [
    ['train', '--data', 'generated', '--model', 'tinycn', '--out', 'never'],
    /no network 'tinycn': did you mean 'tinycnn'\?/,
  ],
  [['train', '--data', 'generated', '--resume', 'x', '--seed', '2'], /--seed cannot be given with --resume/],
  [['evaluate'], /tinycnn evaluate needs MODEL/],
  [['evaluate', 'a', 'b', '--data', 'generated'], /takes at most 1, got 'b' too/],
  [['predict', 'model.tinycnn'], /tinycnn predict needs MODEL IMAGE/],
  [['export', 'model.tinycnn'], /--out is missing/],
  [['export', 'model.tinycnn', '--out', 'model.xyz'], /--out: expected a name that ends in one of \.onnx/],
  [['zoo', 'lenet'], /no network 'lenet': did you mean 'lenet5'/],
])) {
  test(
    `tinycnn ${args.join(' ')} is not understood, in the words of the command in Node`,
    { skip: reason },
    async () => {
      const output = await refusal(args, 2);
      assert.match(output, says);
      if (/one of train|PGM/.test(output)) return; // of its own
      const node = await commands.node(folder, args);
      assert.equal(output, node.output.replace(node.stdout, '')); // it may have read data before
    },
  );
}

for (const [words, args] of /** @type {[string, string[]][]} */ ([
  ['the best recipe', []],
  ['the published recipe', ['--recipe', 'published', '--seed', '7']],
  ['with synthetic digits', ['--recipe', 'recommended', '--model', 'conv3-2k']],
  ['batch norm and dropout', ['--model', 'residual-8k', '--epochs', '2']],
  [
    'every setting changed',
    [
      ...[
        '--optimizer',
        'sgd',
        '--learning-rate',
        '0.02',
        '--batch-size',
        '24',
        '--epochs',
        '3',
        '--schedule',
        'cosine',
      ],
      ...['--augmentation', 'strong', '--validation', '0.2'],
    ],
  ],
  ['Muon, with cutout and mixup', ['--optimizer', 'muon', '--cutout', '4', '--mixup', '0.2']],
  ['a schedule of one cycle', ['--optimizer', 'adamW', '--schedule', 'oneCycle', '--augmentation', 'slight']],
])) {
  test(`the same recipe gives the same weights: ${words}`, { skip: reason }, async () => {
    const { weights } = await same(async (which) => {
      const out = `${which}.tinycnn`;
      const wanted = ['train', '--data', idx, '--steps', '60', ...args, '--out', out, '--force'];
      const { weights: hash, test: found } = await lastObject(which, wanted);
      return { weights: hash, accuracy: found.accuracy };
    });
    assert.match(weights, /^[0-9a-f]{16}$/);
  });
}

test('the number of threads changes nothing, nor do files that are gzipped', { skip: reason }, async () => {
  const zipped = writeIdx(folder, 'zipped', { gzipped: true });
  const weights = async (data, ...args) =>
    (await lastObject('native', ['train', '--data', data, '--steps', '12', '--force', '--out', 'w', ...args])).weights;
  const first = await weights(idx, '--threads', '1');
  assert.equal(await weights(zipped, '--threads', '3'), first);
  assert.notEqual(await weights(idx, '--seed', '2'), first);
});

test('without a test set the same sixth of each class is held out', { skip: reason }, async () => {
  const pair = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'].flatMap((file) => ['--data', join(idx, file)]);
  await same(async (which) => {
    const args = ['train', ...pair, '--epochs', '1', '--out', 'pair', '--force'];
    const { weights, test: judged } = await lastObject(which, args);
    return { weights, judged };
  });
});

/** Runs the command until an object comes that `isReady` takes, then sends a signal; { code, found }. */
async function stopWhen(args, isReady, signal) {
  const child = spawn(program, [...args, '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const found = [];
  for await (const line of createInterface({ input: child.stdout })) {
    found.push(JSON.parse(line));
    if (isReady(found.at(-1))) child.kill(signal);
  }
  const [code] = await ended;
  return { code, found };
}

for (const [signal, wanted, other] of /** @type {const} */ ([
  ['SIGINT', 130, 'native'],
  ['SIGTERM', 143, 'node'],
])) {
  test(
    `${signal} saves, and the command that it prints goes on, ${other === 'node' ? 'in Node' : 'natively'}, to the bits of an undisturbed run`,
    { skip: reason },
    async () => {
      const slow = ['--model', 'conv4-21k', '--epochs', '12', '--threads', '1', '--validation', '0.2', '--force'];
      const undisturbed = await lastObject('native', ['train', '--data', idx, ...slow, '--out', 'whole.tinycnn']);
      const args = ['train', '--data', idx, ...slow, '--out', "stopped 'run'.tinycnn"];
      const { code, found } = await stopWhen(args, ({ event, epoch }) => event === 'epoch' && epoch === 1, signal);
      assert.equal(code, wanted);
      const stopped = found.at(-1);
      assert.deepEqual([stopped.event, stopped.signal], ['stopped', signal]);
      assert.ok(stopped.step < undisturbed.step, 'it was stopped before its end');
      const start =
        other === 'native' ? `"${program}"` : `"${process.execPath}" "${inRoot('bindings/dist/cli/tinycnn.js')}"`;
      const shell = `tinycnn() { ${start} "$@"; }\n${stopped.continue} --json`;
      const { code: ended, stdout, output } = await run('bash', ['-c', shell], { cwd: folder });
      assert.equal(ended, 0, output);
      const done = JSON.parse(stdout.trim().split('\n').at(-1));
      assert.deepEqual([done.step, done.weights], [undisturbed.step, undisturbed.weights]);
      assert.deepEqual(readFileSync(join(folder, done.file)), readFileSync(join(folder, 'whole.tinycnn')));
    },
  );
}

test('a run that has ended goes on with more epochs, as in Node', { skip: reason }, async () => {
  const begin = ['train', '--data', idx, '--epochs', '1', '--out', 'more.tinycnn', '--force'];
  await same(async (which) => {
    await objects('native', begin);
    const again = ['train', '--resume', 'more.tinycnn', '--data', idx, '--epochs'];
    const { code, output } = await commands[which](folder, [...again, '1']);
    const { weights, step } = await lastObject(which, [...again, '2']);
    const says = output.split('\n').filter((line) => !/ training images,|^ {2}These are not/.test(line));
    return { code, says, weights, step };
  });
});

test(
  'what is there is not replaced, and what cannot be read, written or gone on with says so',
  { skip: reason },
  async () => {
    const wanted = ['train', '--data', idx, '--steps', '1', '--out'];
    writeFileSync(join(folder, 'precious'), 'mine');
    mkdirSync(join(folder, 'a-folder'));
    assert.match(await refusal([...wanted, 'precious'], 1), /precious is there already\.\n.*--force/);
    assert.equal(readFileSync(join(folder, 'precious'), 'utf8'), 'mine');
    assert.match(await refusal([...wanted, 'a-folder', '--force'], 1), /a-folder cannot be written: it is a folder/);
    assert.match(
      await refusal([...wanted, 'no/such/file'], 1),
      /Nothing can be written to the folder .*no\/such: there is no such/,
    );
    assert.match(
      await refusal(['train', '--data', 'nowhere', '--out', 'x'], 1),
      /nowhere cannot be read[^]*mnist, fashion-mnist/,
    );
    assert.match(await refusal(['train', '--data', 'mnist', '--out', 'x'], 1), /is not there\.\n.*MNIST_DIR/);
    assert.match(await refusal(['train', '--data', idx, '--resume', 'precious'], 1), /precious is no run of tinycnn/);
    const half = readFileSync(join(folder, 'model.tinycnn'));
    writeFileSync(join(folder, 'half.tinycnn'), half.subarray(0, half.length / 2));
    assert.match(await refusal(['train', '--data', idx, '--resume', 'half.tinycnn'], 1), /half\.tinycnn: \[.*expected/);
    mkdirSync(join(folder, 'bad-idx'));
    const labels = readFileSync(join(idx, 'train-labels-idx1-ubyte'));
    writeFileSync(join(folder, 'bad-idx', 'labels'), labels.subarray(0, 100));
    assert.match(await refusal(['train', '--data', 'bad-idx', '--out', 'x'], 1), /bad-idx\/labels: \[.*expected/);
    writeFileSync(join(folder, 'bad-idx', 'labels'), gzip(labels).subarray(0, 100));
    assert.match(await refusal(['train', '--data', 'bad-idx', '--out', 'x'], 1), /labels is cut off or damaged/);
    const diverges = ['--optimizer', 'sgd', '--learning-rate', '100', '--epochs', '3', '--out', 'diverged'];
    assert.match(
      await refusal(['train', '--data', idx, ...diverges, '--json'].slice(0, -1), 1),
      /Training diverged at step \d+: .+\n {2}\S/,
    );
  },
);

test('a network of one’s own is a file with its spec', { skip: reason }, async () => {
  const layers = [
    { name: 'conv', type: 'conv2d', outChannels: 4, kernelSize: 3 },
    { name: 'relu', type: 'relu' },
    { name: 'flatten', type: 'flatten' },
    { name: 'out', type: 'linear', outFeatures: 10 },
  ];
  const spec = { name: 'mine', input: [1, 28, 28], layers };
  writeFileSync(join(folder, 'mine.json'), JSON.stringify(spec));
  const args = ['train', '--data', idx, '--model', './mine.json', '--steps', '3', '--out', 'mine.tinycnn', '--force'];
  await same(async (which) => (await lastObject(which, args)).weights);
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...spec, layers: [{ name: 'x', type: 'conv9d' }] }));
  const wrong = ['train', '--data', idx, '--model', './wrong.json', '--out', 'never'];
  assert.match(await refusal(wrong, 1), /wrong\.json: \[.*conv9d/);
});

test('an evaluation is the same, as text and as JSON', { skip: reason }, async () => {
  for (const split of ['test', 'train', 'all']) {
    const args = ['evaluate', 'model.tinycnn', '--data', idx, '--split', split];
    // Node's compares the files with those that are published, too
    const text = await same(async (which) => (await succeed(which, args)).replace(/^ {2}These are not .*\n/m, ''));
    assert.match(text, /accuracy [\d.]+ % of [\d,]+ images, loss/);
    await same((which) => lastObject(which, args));
  }
});

const pgm = (pixels) => Buffer.concat([Buffer.from('P5\n# a digit\n28 28\n255\n'), Buffer.from(pixels)]);

test('images are classified as in Node: PGM files, folders of them, IDX files', { skip: reason }, async () => {
  const shown = [0, 1, 2, 3].map((i) => digit(i).pixels);
  writeFiles(
    folder,
    'pngs',
    shown.map((pixels, i) => ({ path: `${i}.png`, bytes: png({ width: 28, height: 28, rows: rowsOf(pixels, 28) }) })),
  );
  writeFiles(
    folder,
    'pgms',
    shown.map((pixels, i) => ({ path: `${i}.pgm`, bytes: pgm(pixels) })),
  );
  const predictions = (found) => found.map((each) => each.predictions);
  const native = await objects('native', ['predict', 'model.tinycnn', 'pgms']);
  assert.deepEqual(
    native.map(({ image }) => image),
    [0, 1, 2, 3].map((i) => `pgms/${i}.pgm`),
  );
  assert.deepEqual(predictions(native), predictions(await objects('node', ['predict', 'model.tinycnn', 'pngs'])));
  const ofIdx = await objects('native', ['predict', 'model.tinycnn', join(idx, 't10k-images-idx3-ubyte')]);
  assert.equal(ofIdx.length, digits.test.labels.length);
  assert.deepEqual(predictions(ofIdx.slice(0, 4)), predictions(native));
  assert.match(
    await succeed('native', ['predict', 'model.tinycnn', 'pgms/0.pgm', '--top', '2']),
    /^pgms\/0\.pgm {2}\d [\d.]+ % {2}\d [\d.]+ %\n$/,
  );
  writeFileSync(join(folder, 'small.pgm'), Buffer.from('P5 2 2 255\n1234'));
  assert.match(
    await refusal(['predict', 'model.tinycnn', 'small.pgm'], 1),
    /small\.pgm: the network reads images of 1x28x28, got 1x2x2/,
  );
  writeFileSync(join(folder, 'cut.pgm'), pgm(shown[0]).subarray(0, 200));
  assert.match(await refusal(['predict', 'model.tinycnn', 'cut.pgm'], 1), /cut\.pgm is cut off or damaged/);
  assert.match(
    await refusal(['predict', 'model.tinycnn', 'pngs/0.png'], 1),
    /neither a PGM .*\n.*npx tinycnn predict reads PNG/,
  );
});

test('files for other programs are the same bytes, and so is what is read of them', { skip: reason }, async () => {
  for (const ending of ['onnx', 'tflite', 'h', 'safetensors', 'py', 'json']) {
    await same(async (which) => {
      const out = `digits.${ending}`;
      await succeed(which, ['export', 'model.tinycnn', '--out', out, '--force', '--name', 'mine']);
      return readFileSync(join(folder, out));
    });
  }
  for (const file of ['digits.onnx', 'digits.json', 'digits.safetensors']) {
    await same(async (which) => {
      const found = await lastObject(which, ['import', file, '--out', 'read.tinycnn', '--force']);
      return { found, bytes: readFileSync(join(folder, 'read.tinycnn')) };
    });
  }
  assert.match(
    await refusal(['import', join(idx, 'train-labels-idx1-ubyte'), '--out', 'x'], 1),
    /train-labels-idx1-ubyte: \[/,
  );
});

test('a link is verified, with the rates and settings that it brings, as in Node', { skip: reason }, async () => {
  const link = (weights) =>
    `https://example.org/#data=generated&seed=7&model=conv3-2k&optimizer=sgd&learningRate=0.02&epochs=2&validation=0.1&stop=step-9&rates=4-0.01&weights=${weights}`;
  const wrong = await same(async (which) => {
    const { code, stdout } = await commands[which](folder, ['verify', link('0123456789abcdef'), '--json']);
    return { code, ...JSON.parse(stdout) };
  });
  assert.deepEqual([wrong.code, wrong.same, wrong.step], [1, false, 9]);
  assert.match(
    await succeed('native', ['verify', link(wrong.weights)]),
    /^Same weights: [0-9a-f]{16}, bit for bit\.$/m,
  );
  assert.match(await refusal(['verify', 'https://example.org/#seed=1'], 2), /does not say which weights/);
  assert.match(
    await refusal(['verify', link(wrong.weights).replace('conv3-2k', 'conv3')], 2),
    /There is no network 'conv3'/,
  );
  assert.match(
    await refusal(['verify', `${link(wrong.weights)}&wrongLabels=0.1`], 1),
    /wrongLabels.*\n.*npx tinycnn verify/,
  );
});

test('settings of a link that cannot be do not count, as on the page', { skip: reason }, async () => {
  const weights = '0123456789abcdef';
  for (const wrong of [
    'epochs=0&schedule=constant',
    'seed=-1',
    'recipe=foo',
    'validation=inf',
    'optimizer=foo',
    'batchSize=1.5',
    'cutout=900',
  ]) {
    const link = `https://example.org/#data=generated&model=conv3-2k&${wrong}&stop=step-2&weights=${weights}`;
    await same(async (which) => {
      const { code, stdout, output } = await commands[which](folder, ['verify', link, '--json']);
      assert.equal(code, 1, `${wrong}\n${output}`);
      return JSON.parse(stdout).weights;
    });
  }
  const old = `https://example.org/#data=generated&model=conv3-2k&stop=step-1&weights=${weights}&version=0.0.9`;
  const { stdout } = await commands.native(folder, ['verify', old]);
  assert.match(stdout, /^The link was made by TinyCNN 0\.0\.9, this is /m);
});

test('labels that a published data set cannot have are refused', { skip: reason }, async () => {
  const damaged = writeIdx(folder, 'damaged');
  const labels = join(damaged, 'train-labels-idx1-ubyte');
  const bytes = readFileSync(labels);
  bytes[8 + 5] = 200;
  writeFileSync(labels, bytes);
  const args = ['train', '--data', 'mnist', '--steps', '1', '--out', 'never'];
  assert.match(await refusal(args, 1, { MNIST_DIR: damaged }), /train-labels-idx1-ubyte: \[.*200/);
});

test('what cannot be printed is a failure, and words behind -- are no options', { skip: reason }, async () => {
  const { code } = await run('bash', ['-c', `"${program}" zoo > /dev/full`], { cwd: folder });
  assert.equal(code, 1);
  assert.match(await succeed('native', ['zoo', '--', 'tinycnn']), /^tinycnn: TinyCNN$/m);
});

test('the zoo is listed in the same words, and a measurement gives figures', { skip: reason }, async () => {
  await same((which) => succeed(which, ['zoo']));
  await same((which) => succeed(which, ['zoo', 'tinycnn']));
  await same((which) => objects(which, ['zoo']));
  const found = await objects('native', ['bench', '--seconds', '0.1', '--threads', '2']);
  assert.deepEqual(
    found.map(({ threads }) => threads),
    [2],
  );
  for (const { imagesPerSecond, predictionMicroseconds } of found) {
    assert.ok(imagesPerSecond > 0 && predictionMicroseconds > 0);
  }
});
