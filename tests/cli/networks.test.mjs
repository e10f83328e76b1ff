// SPDX-License-Identifier: MIT
//
// What is done with a trained network: tested, used, written for other programs and read back, quantized, pruned, verified.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { register } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, test } from 'node:test';
import {
  digit,
  lastObject,
  objects,
  png,
  program,
  refusal,
  rowsOf,
  succeed,
  writeIdx,
  workFolder,
} from './support.mjs';

const folder = workFolder();
let idx;

before(async () => {
  idx = writeIdx(folder, 'idx');
  await objects(folder, ['train', '--data', idx, '--epochs', '6', '--out', 'model.tinycnn']);
});

const accuracyOf = async (file, ...args) =>
  (await lastObject(folder, ['evaluate', file, '--data', idx, ...args])).accuracy;

test('evaluate prints accuracy, each class and what is taken for what; --json the whole confusion', async () => {
  const text = await succeed(folder, ['evaluate', 'model.tinycnn', '--data', idx]);
  assert.match(text, /^class +images +accuracy$/m);
  assert.match(text, /^accuracy [\d.]+ % of 200 images, loss \d+\.\d{4}$/m);
  const { accuracy, confusion, images } = await lastObject(folder, ['evaluate', 'model.tinycnn', '--data', idx]);
  assert.ok(accuracy > 0.8, String(accuracy));
  const counts = confusion.flat().reduce((sum, count) => sum + count, 0);
  const correct = confusion.reduce((sum, row, label) => sum + row[label], 0);
  assert.deepEqual([counts, correct / images], [200, accuracy]);
});

test('evaluate takes the training images or all where that is asked for', async () => {
  const { images } = await lastObject(folder, ['evaluate', 'model.tinycnn', '--data', idx, '--split', 'all']);
  assert.equal(images, 1000);
});

/** The test image as a PNG, dark on white paper and twice as large where that is asked for. */
function drawing(i, { large = false } = {}) {
  const { pixels } = digit(i);
  if (!large) return png({ width: 28, height: 28, rows: rowsOf(pixels, 28) });
  const wide = Buffer.alloc(56 * 56);
  for (let at = 0; at < wide.length; ++at) wide[at] = 255 - pixels[((at / 56) >> 1) * 28 + ((at % 56) >> 1)];
  return png({ width: 56, height: 56, rows: rowsOf(wide, 56) });
}

test('predict classifies images of any size, light on dark or dark on light', async () => {
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  const best = async (large) => {
    const names = numbers.map((i) => `${large ? 'large' : 'small'}-${i}.png`);
    for (const i of numbers) writeFileSync(join(folder, names[i]), drawing(i, { large }));
    const found = await objects(folder, ['predict', 'model.tinycnn', ...names]);
    return found.map(({ predictions }) => predictions[0].class);
  };
  const small = await best(false);
  assert.deepEqual(await best(true), small);
  const correct = numbers.filter((i) => small[i] === String(digit(i).label)).length;
  assert.ok(correct >= 8, `${correct} of 10`);
  const text = await succeed(folder, ['predict', 'model.tinycnn', 'small-0.png', '--top', '2']);
  assert.match(text, /^small-0\.png {2}\d [\d.]+ % +\d [\d.]+ %$/m);
  assert.match(await succeed(folder, ['predict', 'model.tinycnn', '.', '--prepare']), /large-0\.png[^]*\nsmall-9\.png/);
});

test('predict says which file cannot be used', async () => {
  writeFileSync(join(folder, 'text.dat'), 'text');
  assert.match(
    await refusal(folder, ['predict', 'model.tinycnn', 'text.dat'], 1),
    /text\.dat cannot be used: it is not a PNG image/,
  );
  assert.match(
    await refusal(folder, ['predict', 'model.tinycnn', 'none.png'], 1),
    /none\.png cannot be read: there is no such file/,
  );
  assert.match(await refusal(folder, ['predict', 'model.tinycnn', idx], 1), /holds no PNG image/);
});

for (const ending of ['onnx', 'json']) {
  test(`a network that leaves as ${ending} comes back and predicts the same`, async () => {
    const { bytes } = await lastObject(folder, ['export', 'model.tinycnn', '--out', `there.${ending}`]);
    assert.equal(readFileSync(join(folder, `there.${ending}`)).length, bytes);
    await objects(folder, ['import', `there.${ending}`, '--out', `back-${ending}.tinycnn`]);
    assert.equal(await accuracyOf(`back-${ending}.tinycnn`), await accuracyOf('model.tinycnn'));
    assert.equal(
      await accuracyOf(`there.${ending}`),
      await accuracyOf('model.tinycnn'),
      'the file itself can be tested too',
    );
  });
}

test('weights alone come back with the network that they belong to', async () => {
  await objects(folder, ['export', 'model.tinycnn', '--out', 'weights.safetensors']);
  await objects(folder, ['import', 'weights.safetensors', '--spec', 'tinycnn']);
  assert.equal(await accuracyOf('weights.tinycnn'), await accuracyOf('model.tinycnn'));
});

test('export writes C, TensorFlow Lite and a PyTorch module, also in 8-bit integers', async () => {
  const written = async (name, ...args) => {
    await objects(folder, ['export', 'model.tinycnn', '--out', name, ...args]);
    return readFileSync(join(folder, name), 'latin1');
  };
  assert.match(await written('digits.h', '--name', 'digits'), /int digits_predict\(const uint8_t pixels\[/);
  assert.match(await written('digits.tflite'), /TFL3/);
  assert.match(await written('digits.py'), /class Network/);
  assert.match(await written('int8.h', '--int8', '--data', idx), /int8_t scores\[/);
  assert.match(await refusal(folder, ['export', 'model.tinycnn', '--out', 'x.h', '--int8'], 2), /--data is missing/);
});

test('quantize sets 8-bit integers beside the network', async () => {
  const { float32, int8 } = await lastObject(folder, ['quantize', 'model.tinycnn', '--data', idx, '--out', 'q.tflite']);
  assert.equal(float32.accuracy, await accuracyOf('model.tinycnn'));
  assert.equal(int8.accuracy, await accuracyOf('model.tinycnn', '--int8'));
  assert.ok(int8.bytes < float32.bytes / 3 && Math.abs(int8.accuracy - float32.accuracy) < 0.05);
  assert.match(readFileSync(join(folder, 'q.tflite'), 'latin1'), /TFL3/);
});

test('prune makes zeros that stay through further training', async () => {
  const args = ['prune', 'model.tinycnn', '--sparsity', '0.6', '--data', idx, '--out', 'zeros.tinycnn'];
  const { sparsity, before, after, layers } = await lastObject(folder, args);
  assert.ok(Math.abs(sparsity - 0.6) < 0.01);
  assert.equal(before, await accuracyOf('model.tinycnn'));
  assert.equal(after, await accuracyOf('zeros.tinycnn'));
  await objects(folder, [
    'train',
    '--resume',
    'zeros.tinycnn',
    '--data',
    idx,
    '--epochs',
    '7',
    '--out',
    'tuned.tinycnn',
  ]);
  const again = await lastObject(folder, ['prune', 'tuned.tinycnn', '--sparsity', '0.6', '--out', 'again.tinycnn']);
  const zeros = (of) => of.reduce((sum, layer) => sum + layer.zeros, 0);
  assert.equal(zeros(again.layers), zeros(layers));
});

test('prune removes channels, and what is left trains on', async () => {
  const args = [
    'prune',
    'model.tinycnn',
    '--type',
    'channels',
    '--sparsity',
    '0.4',
    '--data',
    idx,
    '--out',
    'small.tinycnn',
  ];
  const { layers, sparsity } = await lastObject(folder, args);
  assert.ok(sparsity >= 0.4);
  assert.ok(layers.some(({ parameters, parametersBefore }) => parameters < parametersBefore));
  const [begun] = await objects(folder, [
    'train',
    '--resume',
    'small.tinycnn',
    '--data',
    idx,
    '--epochs',
    '1',
    '--out',
    'small2.tinycnn',
  ]);
  assert.ok(begun.parameters < 18_982);
});

test('files that are no networks are refused by name', async () => {
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'noise'), Buffer.alloc(64, 7));
  assert.match(await refusal(folder, ['evaluate', 'empty', '--data', idx], 1), /empty is empty/);
  assert.match(await refusal(folder, ['evaluate', 'noise', '--data', idx], 1), /noise: \[/);
  assert.match(
    await refusal(folder, ['evaluate', 'missing', '--data', idx], 1),
    /missing cannot be read: there is no such file/,
  );
  assert.match(await refusal(folder, ['import', 'noise'], 1), /noise: \[/);
});

test('verify trains to a link’s step and says whether the weights are its own', async () => {
  const link = (weights) => `https://example.org/#data=generated&seed=7&stop=step-5&weights=${weights}`;
  const wrong = await refusal(folder, ['verify', link('0123456789abcdef'), '--json'], 1);
  const { weights, same } = JSON.parse(wrong.trim().split('\n').at(-1));
  assert.equal(same, false);
  assert.match(
    await succeed(folder, ['verify', link(weights)]),
    new RegExp(`^Same weights: ${weights}, bit for bit\\.$`, 'm'),
  );
});

test('verify trains a network that the link itself brings, and says what is wrong with one that it does not', async () => {
  register('../support/typescript-hooks.mjs', import.meta.url);
  const { ownId } = await import(new URL('../../web/src/shared/own-network.ts', import.meta.url).href);
  const layers = [
    { name: 'flatten', type: 'flatten' },
    { name: 'fc', type: 'linear', outFeatures: 10 },
  ];
  const id = await ownId({ of: 'tinycnn', spec: { name: 'mine', input: [1, 28, 28], layers } });
  const link = (model, weights) => `https://example.org/#data=generated&model=${model}&stop=step-5&weights=${weights}`;
  const wrong = await refusal(folder, ['verify', link(id, '0123456789abcdef'), '--json'], 1);
  const { weights } = JSON.parse(wrong.trim().split('\n').at(-1));
  assert.match(await succeed(folder, ['verify', link(id, weights)]), /^Same weights: /m);
  await refusal(folder, ['verify', link(id.slice(0, -6), weights)], 2);
  assert.match(await refusal(folder, ['verify', link('tinycn', weights)], 2), /There is no network 'tinycn'/);
});

test('a sweep in shards is put together again, and drawn', async () => {
  const base = { model: { hiddenLayers: 1, neurons: 4, activation: 'relu' }, epochs: 1, optimizer: { type: 'adam' } };
  const vary = { 'model.neurons': [4, 8], seed: [1, 2] };
  writeFileSync(join(folder, 'sizes.json'), JSON.stringify({ name: 'sizes', base, vary }));
  const sweep = (...args) => lastObject(folder, ['sweep', 'sizes.json', '--data', idx, ...args]);
  const whole = await sweep('--out', 'whole.jsonl', '--heat-map', 'sizes.svg');
  assert.match(readFileSync(join(folder, 'sizes.svg'), 'utf8'), /^<svg [^]*neurons 8, seed 2: 0\.\d+/);
  for (const shard of ['1/2', '2/2']) assert.equal((await sweep('--shard', shard)).results, 2);
  const parts = ['sizes-1-of-2.jsonl', 'sizes-2-of-2.jsonl'].flatMap((file) => ['--merge', file]);
  const merged = await sweep('--dry-run', ...parts);
  assert.deepEqual([merged.event, merged.results, merged.best.weights], ['done', 4, whole.best.weights]);
  assert.match(await refusal(folder, ['sweep', 'sizes.json', '--data', idx, '--merge', 'idx'], 1), /idx/);
});

test('a sweep with halving on several engines ends with the weights of one engine', async () => {
  const base = { model: { hiddenLayers: 1, neurons: 8, activation: 'relu' }, epochs: 1, optimizer: { type: 'adam' } };
  const sweep = { name: 'rungs', base, vary: { seed: [1, 2, 3] }, halving: { firstEpochs: 0.5 } };
  writeFileSync(join(folder, 'rungs.json'), JSON.stringify(sweep));
  const found = [];
  for (const engines of ['1', '3']) {
    const out = `rungs-${engines}.jsonl`;
    found.push(await lastObject(folder, ['sweep', 'rungs.json', '--data', idx, '--engines', engines, '--out', out]));
  }
  assert.equal(found[0].results, 4);
  assert.equal(found[0].best.weights, found[1].best.weights);
});

test('sweep ranks its trials, and goes on where it was stopped', async () => {
  const base = { model: 'tinycnn', epochs: 1, batchSize: 16, optimizer: { type: 'adam' } };
  const sweep = { name: 'rates', base, vary: { 'optimizer.learningRate': [0.0001, 0.003] } };
  writeFileSync(join(folder, 'rates.json'), JSON.stringify(sweep));
  const done = await lastObject(folder, ['sweep', 'rates.json', '--data', idx]);
  assert.deepEqual([done.event, done.results, done.best.values['optimizer.learningRate']], ['done', 2, 0.003]);
  const lines = readFileSync(join(folder, 'rates.jsonl'), 'utf8').trim().split('\n');
  assert.equal(lines.length, 3);
  writeFileSync(join(folder, 'rates.jsonl'), `${lines[0]}\n${lines[1]}\n{"id":1,"cut of`);
  const again = await objects(folder, ['sweep', 'rates.json', '--data', idx]);
  assert.equal(again.filter(({ event }) => event === 'result').length, 1, 'what was done is not done again');
  assert.equal(again.at(-1).best.weights, done.best.weights);
  writeFileSync(join(folder, 'rates.json'), JSON.stringify({ ...sweep, base: { ...base, epochs: 2 } }));
  assert.match(await refusal(folder, ['sweep', 'rates.json', '--data', idx], 1), /rates\.jsonl: \[sweep, line 1\]/);
});

test('zoo lists networks, and shows one with its layers', async () => {
  const all = await objects(folder, ['zoo']);
  assert.ok(all.length > 8 && all.every(({ id, parameters }) => id && parameters > 0));
  assert.match(await succeed(folder, ['zoo', 'tinycnn']), /^conv1 +conv2d +4x26x26 +40 +24,336$/m);
});

test('bench measures one thread and all', async () => {
  const found = await objects(folder, ['bench', '--seconds', '0.1']);
  assert.equal(found[0].threads, 1);
  assert.ok(
    found.every(({ imagesPerSecond, predictionMicroseconds }) => imagesPerSecond > 10 && predictionMicroseconds > 0),
  );
});

test('serve isolates a folder until it is stopped', async () => {
  writeFileSync(join(folder, 'index.html'), '<title>mine</title>');
  const child = spawn(process.execPath, [program, 'serve', folder, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const response = await fetch(JSON.parse(line).url);
  assert.equal(await response.text(), '<title>mine</title>');
  assert.equal(response.headers.get('cross-origin-embedder-policy'), 'require-corp');
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});
