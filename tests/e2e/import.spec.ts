// SPDX-License-Identifier: MIT
//
// Networks that come in from files: they answer as they did where they come from, are shown, explained, trained on and exported like those
// of the zoo, and outlive other data and the worker. What cannot be used is refused in one sentence, and nothing is lost.

import { closeSync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { loadEngine } from 'tinycnn';
import { expect, test } from './support/fixtures';
import { diskFile, drawings } from './support/page';
import { ofAnotherProgram, tensorsOf, torchFile, withoutMetadata } from './support/network-files';
import { greyPng } from '../support/png.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';
import type { Page } from '@playwright/test';
import type { ExportOptions, ModelSpec } from 'tinycnn';
import type { TinyCnnPage } from './support/page';

const engine = await loadEngine({ threads: 1 });

/** The zoo's network, trained a little on synthetic digits. */
function trained(model: string | ModelSpec, options: { classNames?: string[]; steps?: number } = {}) {
  const { steps = 150, ...rest } = options;
  const session = engine.createSession({ model, seed: 7, batchSize: 32, ...rest });
  session.setData('train', syntheticDigits({ count: 2000, seed: 5 }));
  session.trainSteps(steps);
  return session;
}

const exported = (options: ExportOptions, model: string | ModelSpec = 'tinycnn') => trained(model).exportModel(options);

const picker = (page: Page) => page.getByTestId('model-picker');
const pickedTitle = (page: Page): Promise<string> =>
  picker(page).evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]!.text);

/** Draws a digit, and waits until the network has classified all of it. */
async function draw(app: TinyCnnPage): Promise<void> {
  await expect(app.prediction).toHaveText(/^\d$/); // the test digit that the page begins with
  await app.draw(drawings[3]!);
  await app.whenRead();
  await expect(app.prediction).toHaveText(/^\d$/);
}

async function openWithDrawing(app: TinyCnnPage, url: string): Promise<void> {
  await app.open(url);
  await draw(app);
}

/** Trains one step; gives the probabilities after it. They arrive after the step's number and before the hash of its weights. */
async function probabilitiesAfterStep(app: TinyCnnPage): Promise<string[]> {
  await app.stepOnce();
  await expect(app.page.getByTestId('weights-hash')).toHaveText(/^[0-9a-f]{16}$/);
  return app.probabilities();
}

/** The page goes on as if nothing had been chosen. */
async function expectUnchanged(app: TinyCnnPage, page: Page, before: { probabilities: string[]; step: string }) {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await app.probabilities()).toEqual(before.probabilities);
  expect(await app.text('step')).toBe(before.step);
  await expect(picker(page)).toHaveValue('tinycnn');
  await expect(app.error).toBeEmpty();
}

test('what the page exported gives the same answer when it comes back, in every format', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.trainEpochs(1);
  await draw(app);
  await app.openExport();
  const before = await app.probabilities();
  const files = [];
  for (const kind of ['onnx', 'safetensors', 'json', 'checkpoint']) files.push(await app.download(kind));
  await page.keyboard.press('Escape');
  for (const { name, bytes } of files) {
    await app.openImport();
    await app.chooseNetwork(diskFile(name, bytes));
    const answer = await page.getByTestId('import-answer').innerText();
    const here = await page.getByTestId('page-answer').innerText();
    expect(answer.slice(answer.indexOf('answers'))).toBe(here.slice(here.indexOf('answers')));
    await expect(page.getByTestId('import-found')).toContainText('18,982 parameters');
    await page.getByTestId('use-network').click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect.poll(() => pickedTitle(page)).toBe('Imported: tinycnn');
    await expect.poll(() => app.probabilities()).toEqual(before);
    expect(await app.text('step')).toBe('0');
  }
  const titles = await picker(page).locator('option').allInnerTexts();
  expect(titles.filter((title) => title.startsWith('Imported'))).toEqual(['Imported: tinycnn']);
});

test('an imported network is tested, shown, explained, trained on, rewound to its own weights and exported again', async ({
  app,
  page,
  sites,
}) => {
  await openWithDrawing(app, sites.withData);
  const source = trained('lenet5');
  await app.importNetwork(diskFile('from elsewhere.onnx', await source.exportModel({ format: 'onnx' })));
  await expect.poll(() => pickedTitle(page)).toBe('Imported: from elsewhere');
  await expect(page.getByTestId('headline')).toHaveText(/^Imported: \d+(\.\d)? % of unseen digits$/);
  const accuracy = await app.waitForFigure('test-accuracy', (value) => value > 30);
  const imported = await app.probabilities();

  await page.locator('[data-unit="conv1/1"]').click();
  await expect(page.getByTestId('detail')).toHaveAttribute('aria-label', /^conv1, channel 2 of 6/);
  const kernel = await page.getByTestId('detail-kernel').locator('td, span').allInnerTexts();
  expect(kernel.join('')).toMatch(/\d/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  const after = await app.trainEpochs(1);
  expect(after).toBeGreaterThan(accuracy - 5);
  expect(await app.probabilities()).not.toEqual(imported);
  await app.openExport();
  const json = JSON.parse((await app.download('json')).bytes.toString()) as { step: number; spec: ModelSpec };
  expect(json.step).toBeGreaterThan(0);
  expect(json.spec).toEqual(source.spec);
  await page.keyboard.press('Escape');

  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  await expect.poll(() => app.probabilities()).toEqual(imported);
  await app.waitForFigure('test-accuracy', (value) => value === accuracy);
  await app.button('New seed').click();
  await expect.poll(() => app.probabilities()).toEqual(imported);
});

test('it outlives other data: with other classes its last layer starts untrained, with its own it is as it was', async ({
  app,
  page,
  sites,
}) => {
  await openWithDrawing(app, sites.withData);
  await app.importNetwork(diskFile('mine.json', await exported({ format: 'json' })));
  await expect.poll(() => pickedTitle(page)).toBe('Imported: mine');
  const imported = await app.probabilities();
  const tree: Record<string, Uint8Array> = {};
  for (const [label, name] of ['apple', 'bee', 'cup'].entries()) {
    for (let i = 0; i < 12; ++i) tree[`${name}/${i}.png`] = greyPng(new Uint8Array(784).fill(60 * label + i), 28, 28);
  }
  await app.dropFiles([diskFile('things.zip', zipSync(tree))]);
  await expect(app.data).toContainText('3 classes');
  await expect.poll(() => pickedTitle(page)).toBe('Imported: mine');
  await expect(app.prediction).toHaveText(/^(apple|bee|cup)$/);
  await app.stepOnce();
  await page.getByTestId('dataset-picker').selectOption('mnist');
  await expect(app.data).toContainText('3,000 training digits');
  await expect.poll(() => app.probabilities()).toEqual(imported);
  await expect.poll(() => pickedTitle(page)).toBe('Imported: mine');
});

test('it outlives the worker, another number of threads, and is chosen again among the others', async ({
  app,
  page,
  sites,
}) => {
  await openWithDrawing(app, sites.threaded);
  await app.importNetwork(diskFile('mine.json', await exported({ format: 'json' })));
  await expect.poll(() => pickedTitle(page)).toBe('Imported: mine');
  const imported = await app.probabilities();
  await app.openSettings();
  await page.getByLabel('Threads', { exact: true }).fill('1');
  await page.getByLabel('Threads', { exact: true }).press('Enter');
  await expect(page.locator('.foot')).toContainText('1 thread');
  await app.closeSettings();
  await expect.poll(() => app.probabilities()).toEqual(imported);
  const worker = page
    .workers()
    .filter((each) => each.url().includes('/assets/main-'))
    .at(-1)!;
  await worker.evaluate(() => {
    (globalThis as unknown as { close: () => void }).close();
  });
  await expect(app.error).toContainText('lost');
  await app.button('Dismiss').click();
  await expect.poll(() => app.probabilities()).toEqual(imported);
  await app.stepOnce();
  await picker(page).selectOption('lenet5');
  await expect(page.getByText('61,706 weights', { exact: true })).toBeVisible();
  await picker(page).selectOption({ label: 'Imported: mine' });
  await expect.poll(() => app.probabilities()).toEqual(imported);
  expect(new URL(page.url()).hash).not.toContain('imported');
});

test('weights alone are those of the network on the page, or of another that is said', async ({ app, page, sites }) => {
  await openWithDrawing(app, sites.withData);
  const source = trained('lenet5');
  const own = await source.exportModel({ format: 'safetensors' });
  const expected = Array.from(source.predict(syntheticDigits({ count: 1, seed: 1 }).images), (p) => p.toFixed(3));
  expect(expected.length).toBe(10);
  const files = {
    'weights.safetensors': withoutMetadata(own),
    'weights.pt': torchFile(tensorsOf(own)),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const dialog = await app.openImport();
    await app.chooseNetwork(diskFile(name, bytes));
    await expect(page.getByTestId('import-failure')).toContainText(`${name} cannot be read: expected`);
    await page.getByTestId('weights-of').selectOption('lenet5');
    await expect(page.getByTestId('import-found')).toContainText('61,706 parameters');
    await expect(page.getByTestId('import-failure')).toHaveCount(0);
    // it does not say what its network reads: what fits the test digits is taken
    await expect(page.getByTestId('import-input')).toHaveValue('normalized');
    await page.getByTestId('use-network').click();
    await expect(dialog).toBeHidden();
    await expect.poll(() => pickedTitle(page)).toBe('Imported: weights');
    await app.waitForFigure('test-accuracy', (value) => value > 30);
    await app.openExport();
    const { parameters } = await engine.importModel((await app.download('json')).bytes);
    expect(parameters).toEqual(source.parameters());
    await page.keyboard.press('Escape');
    await picker(page).selectOption('tinycnn');
    await expect(page.getByText('18,982 weights', { exact: true })).toBeVisible();
  }
  await app.openImport();
  await app.chooseNetwork(diskFile('page.safetensors', withoutMetadata(await exported({ format: 'safetensors' }))));
  await expect(page.getByTestId('weights-of')).toHaveValue('');
  await expect(page.getByTestId('import-found')).toContainText('18,982 parameters');
});

test('an ONNX file that does not say what it reads is tried on test digits, and another input can be chosen', async ({
  app,
  page,
  sites,
}) => {
  await openWithDrawing(app, sites.withData);
  const source = trained('tinycnn', { steps: 600 });
  for (const input of ['unit', 'normalized'] as const) {
    // in 'unit' the graph itself normalises
    const bytes = ofAnotherProgram(await source.exportModel({ format: 'onnx', input }));
    await app.openImport();
    await app.chooseNetwork(diskFile(`${input}.onnx`, bytes));
    await expect(page.getByTestId('import-input')).toHaveValue(input);
    await expect(page.getByTestId('import-found')).toContainText('The file does not say so.');
    const found = await page.getByTestId('import-answer').innerText();
    await page.getByTestId('import-input').selectOption('bytes');
    await expect(page.getByTestId('import-input')).toHaveValue('bytes');
    await page.getByTestId('import-input').selectOption(input);
    await expect(page.getByTestId('import-answer')).toHaveText(found);
    await page.keyboard.press('Escape');
  }
});

const otherInput: ModelSpec = {
  name: 'colour',
  input: [3, 32, 32],
  layers: [
    { name: 'flatten', type: 'flatten' },
    { name: 'fc', type: 'linear', outFeatures: 10 },
  ],
};

const tooSlow: ModelSpec = {
  name: 'slow',
  input: [1, 28, 28],
  layers: [
    { name: 'conv1', type: 'conv2d', outChannels: 128, kernelSize: 5, padding: 2 },
    { name: 'conv2', type: 'conv2d', outChannels: 64, kernelSize: 5, padding: 2 },
    { name: 'gap', type: 'globalAvgPool2d' },
    { name: 'flatten', type: 'flatten' },
    { name: 'fc', type: 'linear', outFeatures: 10 },
  ],
};

const jsonOf = (spec: ModelSpec) => engine.createSession({ model: spec }).exportModel({ format: 'json' });

const refused: Record<string, { file: () => Promise<[string, Uint8Array]>; says: RegExp }> = {
  'an empty file': { file: async () => Promise.resolve(['a.onnx', new Uint8Array()]), says: /0 bytes/ },
  'a file of another kind': {
    file: async () => Promise.resolve(['a.png', greyPng(new Uint8Array(784), 28, 28)]),
    says: /expected an ONNX, safetensors, PyTorch \(\.pt\) or JSON file or a checkpoint, got \d+ bytes/,
  },
  'ONNX that is cut off': {
    file: async () => ['cut.onnx', (await exported({ format: 'onnx' })).subarray(0, 30_000)],
    says: /expected/,
  },
  'safetensors that is cut off': {
    file: async () => ['cut.safetensors', (await exported({ format: 'safetensors' })).subarray(0, 30_000)],
    says: /expected/,
  },
  'a zip that holds no weights': {
    file: async () => Promise.resolve(['a.pt', zipSync({ 'a.txt': Buffer.from('hello') })]),
    says: /expected/,
  },
  'JSON of something else': {
    file: async () => Promise.resolve(['a.json', Buffer.from('{"format": "other", "layers": [[[[[[]]]]]]}')]),
    says: /expected/,
  },
  'a checkpoint with one bit flipped': {
    file: () => {
      const bytes = trained('tinycnn', { steps: 1 }).save();
      bytes[bytes.length >> 1]! ^= 1;
      return Promise.resolve(['a.tinycnn', bytes]);
    },
    says: /the checksum does not match: the file is damaged\.$/,
  },
  'a network of other images': {
    file: async () => ['colour.json', await jsonOf(otherInput)],
    says: /expected a network that reads grey images of 28×28 pixels \(1×28×28\), got one that reads 3×32×32\.$/,
  },
  'a network that is too slow': {
    file: async () => ['slow.json', await jsonOf(tooSlow)],
    says: /expected a network of at most 50,000,000 multiply-adds per image, got one of \d+/,
  },
};

test('files that cannot be used are refused in one sentence, and nothing is lost', async ({ app, page, sites }) => {
  await openWithDrawing(app, sites.withData);
  const before = { probabilities: await probabilitiesAfterStep(app), step: await app.text('step') };
  for (const [what, { file, says }] of Object.entries(refused)) {
    const [name, bytes] = await file();
    await app.openImport();
    await app.chooseNetwork(diskFile(name, bytes));
    const failure = page.getByTestId('import-failure');
    await expect(failure, what).toContainText(`${name} cannot be read: `);
    await expect(failure, what).toHaveText(says);
    await expect(page.getByTestId('use-network')).toHaveCount(0);
    await expectUnchanged(app, page, before);
  }
});

test('a file far too large is refused before it is read', async ({ app, page, sites }) => {
  const path = join(tmpdir(), `tinycnn-${process.pid}-huge.onnx`);
  const file = openSync(path, 'w');
  ftruncateSync(file, 201e6);
  closeSync(file);
  try {
    await openWithDrawing(app, sites.withData);
    await app.openImport();
    await page.getByTestId('network-file').setInputFiles(path);
    await expect(page.getByTestId('import-failure')).toHaveText(/expected at most 200\.0 MB, got 201\.0 MB\.$/);
  } finally {
    rmSync(path);
  }
});

test('a good file after a bad one is read; one that is chosen while another is read takes its place', async ({
  app,
  page,
  sites,
}) => {
  await openWithDrawing(app, sites.withData);
  const good = await exported({ format: 'onnx' });
  await app.openImport();
  await app.chooseNetwork(diskFile('bad.onnx', good.subarray(0, 1000)));
  await expect(page.getByTestId('import-failure')).toBeVisible();
  await app.chooseNetwork(diskFile('first.onnx', good));
  await app.chooseNetwork(diskFile('second.onnx', good));
  await expect(page.getByTestId('import-found').getByRole('heading')).toHaveText('second');
  await expect(page.getByTestId('import-failure')).toHaveCount(0);
});

test('a file that is dropped on the page opens the dialog, and one dropped on the dialog is read by it', async ({
  app,
  page,
  sites,
}) => {
  await openWithDrawing(app, sites.withData);
  const bytes = await exported({ format: 'onnx' });
  await app.dropFiles([diskFile('dropped.onnx', bytes)]);
  await expect(page.getByRole('dialog', { name: 'Import' })).toBeVisible();
  await expect(page.getByTestId('import-found').getByRole('heading')).toHaveText('dropped');
  await app.dropFiles([diskFile('again.bin', bytes)]);
  await expect(page.getByTestId('import-found').getByRole('heading')).toHaveText('again');
  await expect(app.data).toContainText('3,000 training digits');
});

test('a network that is trained in another way than by cross entropy keeps its answers', async ({
  app,
  page,
  sites,
}) => {
  await openWithDrawing(app, `${sites.withData}#model=sigmoid-mlp`);
  const before = await probabilitiesAfterStep(app);
  await app.openExport();
  const file = await app.download('onnx');
  await page.keyboard.press('Escape');
  await app.importNetwork(diskFile('mlp.onnx', file.bytes));
  await expect.poll(() => pickedTitle(page)).toBe('Imported: mlp');
  await expect.poll(() => app.probabilities()).toEqual(before);
  await app.stepOnce();
});

test('a network with every kind of layer, also one called softmax, is shown and trained', async ({
  app,
  page,
  sites,
}) => {
  await openWithDrawing(app, sites.withData);
  const spec: ModelSpec = {
    name: 'all kinds',
    input: [1, 28, 28],
    layers: [
      { name: 'conv1', type: 'conv2d', outChannels: 8, kernelSize: 5, stride: 2, padding: 2, bias: false },
      { name: 'bn1', type: 'batchNorm2d' },
      { name: 'silu', type: 'silu' },
      { name: 'grouped', type: 'conv2d', outChannels: 8, kernelSize: 3, padding: 1, groups: 4 },
      { name: 'leaky', type: 'leakyReLU', negativeSlope: 0.2 },
      { name: 'narrow', type: 'conv2d', outChannels: 8, kernelSize: 1, from: ['silu'] },
      { name: 'add', type: 'add', from: ['silu', 'leaky', 'narrow'] },
      { name: 'gelu', type: 'gelu' },
      { name: 'maxpool', type: 'maxPool2d', kernelSize: 3, stride: 2, padding: 1 },
      { name: 'avgpool', type: 'avgPool2d', kernelSize: 3, stride: 2, padding: 1, from: ['gelu'] },
      { name: 'concat', type: 'concat', from: ['maxpool', 'avgpool'] },
      { name: 'tanh', type: 'tanh' },
      { name: 'drop', type: 'dropout2d', p: 0.25 },
      { name: 'flatten', type: 'flatten' },
      { name: 'fc1', type: 'linear', outFeatures: 24 },
      { name: 'bn2', type: 'batchNorm1d' },
      { name: 'softmax', type: 'softmax' },
      { name: 'fc2', type: 'linear', outFeatures: 10 },
    ],
  };
  const source = trained(spec, { steps: 20 });
  await app.importNetwork(diskFile('kinds.json', await source.exportModel({ format: 'json' })));
  await expect.poll(() => pickedTitle(page)).toBe('Imported: kinds');
  await app.waitForFigure('test-accuracy', (value) => !Number.isNaN(value));
  await app.stepOnce();
  for (const layer of ['conv1', 'grouped', 'add', 'concat', 'softmax1', 'fc2']) {
    await expect(page.getByTestId(`activation-${layer}`)).toBeAttached();
  }
  await expect(page.getByText('could not be shown')).toHaveCount(0);
  await app.openExport();
  await app.download('onnx');
  await expect(page.getByTestId('item-c-int8')).toContainText('softmax');
  await expect(page.getByTestId('download-c-int8')).toHaveCount(0);
});
