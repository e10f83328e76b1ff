// SPDX-License-Identifier: MIT
//
// Runs: the same bits however they are trained, stopped and gone on with; where they are saved, and where they cannot be.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { run } from '../../tools/support/processes.mjs';
import { lastObject, objects, program, refusal, succeed, tinycnn, writeIdx, workFolder } from './support.mjs';

const folder = workFolder();
let idx;

before(() => {
  idx = writeIdx(folder, 'idx');
});

test('a run says how it goes after each epoch, and saves a checkpoint that the package reads', async () => {
  const out = 'run.tinycnn';
  const text = await succeed(folder, ['train', '--data', idx, '--epochs', '2', '--out', out]);
  assert.match(text, /^Your files: 800 training images, 200 test images, 10 classes$/m);
  assert.match(text, /^tinycnn: 18,982 parameters, seed 1, mini-batches of \d+, 2 epochs$/m);
  assert.equal(
    [...text.matchAll(/^epoch {3}\d {2}loss \d\.\d{4} {2}training [\d.]+ % {2}test [\d.]+ % {2}[\d.]+ s$/gm)].length,
    2,
  );
  assert.match(text, /^weights [0-9a-f]{16}$/m);
  const engine = await loadEngine({ threads: 1 });
  const session = engine.restoreSession(readFileSync(join(folder, out)));
  assert.deepEqual([session.spec.name, session.classNames.length], ['tinycnn', 10]);
  engine.dispose();
});

test('seed and recipe decide the weights; the number of threads does not', async () => {
  const weights = async (...args) =>
    (await lastObject(folder, ['train', '--data', idx, '--steps', '12', '--force', ...args])).weights;
  const first = await weights();
  assert.equal(await weights('--threads', '2'), first);
  assert.equal(await weights('--seed', '1', '--recipe', 'best'), first);
  assert.notEqual(await weights('--seed', '2'), first);
  assert.notEqual(await weights('--learning-rate', '0.01'), first);
});

/** Runs the command until an object comes that `isReady` takes, then sends a signal; { code, found }. */
async function stopWhen(args, isReady, signal) {
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = [];
  for await (const line of createInterface({ input: child.stdout })) {
    found.push(JSON.parse(line));
    if (isReady(found.at(-1))) child.kill(signal);
  }
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  return { code, found };
}

const slow = ['--model', 'conv4-21k', '--epochs', '5', '--validation', '0.2'];

for (const [signal, wanted] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  test(`${signal} saves, and the command that it prints goes on to the bits of an undisturbed run`, async () => {
    const undisturbed = await lastObject(folder, [
      'train',
      '--data',
      idx,
      ...slow,
      '--out',
      'whole.tinycnn',
      '--force',
    ]);
    const args = ['train', '--data', idx, ...slow, '--out', "stopped 'run'.tinycnn", '--force'];
    const { code, found } = await stopWhen(args, ({ event, epoch }) => event === 'epoch' && epoch === 1, signal);
    assert.equal(code, wanted);
    const stopped = found.at(-1);
    assert.equal(stopped.event, 'stopped');
    assert.ok(stopped.step < undisturbed.step, 'it was stopped before its end');
    assert.notEqual(stopped.weights, undisturbed.weights);
    const shell = `tinycnn() { "${process.execPath}" "${program}" "$@"; }\n${stopped.continue} --json`;
    const { code: ended, stdout, output } = await run('bash', ['-c', shell], { cwd: folder });
    assert.equal(ended, 0, output);
    const done = JSON.parse(stdout.trim().split('\n').at(-1));
    assert.deepEqual([done.step, done.weights], [undisturbed.step, undisturbed.weights]);
    assert.deepEqual(readFileSync(join(folder, done.file)), readFileSync(join(folder, 'whole.tinycnn')));
  });
}

test('a run that has ended goes on with more epochs, and one that needs none says so', async () => {
  await objects(folder, ['train', '--data', idx, '--epochs', '1', '--out', 'more.tinycnn']);
  const again = ['train', '--resume', 'more.tinycnn', '--data', idx, '--epochs'];
  assert.match(await refusal(folder, [...again, '1'], 1), /has trained \d+ steps already/);
  const before = readFileSync(join(folder, 'more.tinycnn'));
  const found = await objects(folder, [...again, '2']);
  assert.equal(found[0].step > 0, true);
  assert.equal(found.at(-1).step, 2 * found[0].step);
  assert.notDeepEqual(readFileSync(join(folder, 'more.tinycnn')), before);
});

test('training stops at the accuracy that is wanted, judged by validation images where there are any', async () => {
  const found = await objects(folder, [
    'train',
    '--data',
    idx,
    '--epochs',
    '50',
    '--target-accuracy',
    '0.5',
    '--validation',
    '0.2',
    '--out',
    'target.tinycnn',
  ]);
  const epochs = found.filter(({ event }) => event === 'epoch');
  assert.ok(epochs.at(-1).validation.accuracy >= 0.5);
  assert.ok(epochs.length < 50 && epochs.slice(0, -1).every(({ validation }) => validation.accuracy < 0.5));
});

test('what is there already is not replaced without --force', async () => {
  writeFileSync(join(folder, 'precious'), 'mine');
  const args = ['train', '--data', idx, '--steps', '1', '--out', 'precious'];
  assert.match(await refusal(folder, args, 1), /precious is there already\.\n.*--force/);
  assert.equal(readFileSync(join(folder, 'precious'), 'utf8'), 'mine');
  await objects(folder, [...args, '--force']);
  assert.notEqual(readFileSync(join(folder, 'precious'), 'latin1'), 'mine');
});

test('a place that cannot be written is refused before anything is trained', async () => {
  mkdirSync(join(folder, 'a-folder'));
  assert.match(
    await refusal(folder, ['train', '--data', idx, '--out', 'a-folder'], 1),
    /a-folder cannot be written: it is a folder/,
  );
  const { output, stdout, code } = await tinycnn(folder, ['train', '--data', idx, '--out', 'no/such/folder.tinycnn']);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(output, /Nothing can be written to the folder .*no\/such: there is no such file or folder/);
});

test('a run that diverges says why and what helps, and ends as failed', async () => {
  const args = [
    'train',
    '--data',
    idx,
    '--optimizer',
    'sgd',
    '--learning-rate',
    '100',
    '--epochs',
    '3',
    '--out',
    'diverged.tinycnn',
  ];
  const output = await refusal(folder, args, 1);
  assert.match(output, /Training diverged at step \d+: .+\n {2}\S/);
});

test('a file that is no run, or a damaged one, cannot be gone on with', async () => {
  writeFileSync(join(folder, 'notes.txt'), 'no run');
  assert.match(
    await refusal(folder, ['train', '--data', idx, '--resume', 'notes.txt'], 1),
    /notes\.txt is no run of tinycnn/,
  );
  await objects(folder, ['train', '--data', idx, '--steps', '1', '--out', 'half.tinycnn']);
  const bytes = readFileSync(join(folder, 'half.tinycnn'));
  writeFileSync(join(folder, 'half.tinycnn'), bytes.subarray(0, bytes.length / 2));
  const output = await refusal(folder, ['train', '--data', idx, '--resume', 'half.tinycnn'], 1);
  assert.match(output, /half\.tinycnn: \[.*(cut off|damaged|expected)/);
  assert.equal(readFileSync(join(folder, 'half.tinycnn')).length, Math.floor(bytes.length / 2), 'it stays as it was');
});

test('a network of one’s own is a file with its spec; a wrong one is refused with its fault', async () => {
  const layers = [
    { name: 'conv', type: 'conv2d', outChannels: 4, kernelSize: 3 },
    { name: 'relu', type: 'relu' },
    { name: 'flatten', type: 'flatten' },
    { name: 'out', type: 'linear', outFeatures: 10 },
  ];
  const spec = { name: 'mine', input: [1, 28, 28], layers };
  writeFileSync(join(folder, 'mine.json'), JSON.stringify(spec));
  const [begun] = await objects(folder, [
    'train',
    '--data',
    idx,
    '--model',
    './mine.json',
    '--steps',
    '2',
    '--out',
    'mine.tinycnn',
  ]);
  assert.equal(begun.model, 'mine');
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...spec, layers: [{ name: 'x', type: 'conv9d' }] }));
  assert.match(
    await refusal(folder, ['train', '--data', idx, '--model', './wrong.json', '--out', 'never'], 1),
    /wrong\.json: \[.*conv9d/,
  );
  writeFileSync(join(folder, 'wide.json'), JSON.stringify({ ...spec, input: [3, 32, 32] }));
  assert.match(
    await refusal(folder, ['train', '--data', idx, '--model', './wide.json', '--out', 'never'], 1),
    /reads images of 3x32x32/,
  );
  writeFileSync(join(folder, 'no.json'), '{');
  assert.match(
    await refusal(folder, ['train', '--data', idx, '--model', './no.json', '--out', 'never'], 1),
    /no\.json: expected JSON/,
  );
  assert.ok(!existsSync(join(folder, 'never')));
});
