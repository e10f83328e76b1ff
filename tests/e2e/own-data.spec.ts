// SPDX-License-Identifier: MIT
//
// Data of the visitor's own: images in folders and archives, IDX pairs with labels from 1 and transposed images. Each loads, is fitted to
// 28x28, and trains; its classes go by their names. (own-tables.spec.ts: tables; own-data-refused.spec.ts: what cannot be used.)

import { expect, test } from './support/fixtures';
import { folders, fruitClasses, learns, letterFiles, zipped, type Tree } from './support/own-data';

test('a zip of images in folders loads, is fitted, and its classes go by their folders’ names', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.dropFiles([
    zipped({ ...folders(), '__MACOSX/apple/._0.png': Buffer.from('x'), 'readme.txt': Buffer.from('hello') }),
  ]);
  await expect(app.data).toContainText('things: 30 training images, 6 test images, 3 classes');
  await expect(app.data).toContainText('The images had 40×40 pixels and were scaled to 28×28');
  await expect(app.data).toContainText('dark on light');
  await expect(app.data).toContainText('a sixth of each class is used as the test set');
  await expect(page.getByTestId('activation-softmax').getByRole('listitem')).toHaveText([/^apple/, /^bee/, /^cup/]);
  await expect(page.getByTestId('activation-fc2')).toContainText('3');
  await expect(page.getByTestId('recipe-text')).toContainText(/Adam/);
  await expect(app.data).not.toContainText(/synthetic|digits made/);
  await expect(page.getByText('18,751 weights', { exact: true })).toBeVisible();
  await learns(app);
  await expect(page.getByTestId('prediction')).toHaveText(/apple|bee|cup/);
  await expect(page.getByText(/Test image \d, labelled (apple|bee|cup)\./)).toBeVisible();
});

test('hidden and other files beside images are skipped, and the page says how many and which', async ({
  app,
  sites,
}) => {
  await app.open(sites.withData);
  const hidden = ['.git/HEAD', '.git/objects/ab', 'apple/.DS_Store', '__MACOSX/apple/._0.png'];
  await app.dropFiles([
    zipped({
      ...folders(),
      ...Object.fromEntries([...hidden, 'labels.json', 'bee/12.tiff'].map((path) => [path, Buffer.from('x')])),
      '.cache/': new Uint8Array(0),
    }),
  ]);
  await expect(app.data).toContainText('things: 30 training images');
  await expect(app.data).toContainText('4 hidden files were skipped: “.git”, “.DS_Store”, “__MACOSX”');
  await expect(app.data).toContainText('2 files that are not images were skipped: “labels.json”, “12.tiff”.');
});

test('a folder chosen by its button is taken with its subfolders', async ({ app, page, sites }, info) => {
  const { mkdirSync, writeFileSync } = await import('node:fs');
  const root = info.outputPath('shapes');
  for (const [path, bytes] of Object.entries(folders())) {
    mkdirSync(`${root}/${path.split('/')[0]!}`, { recursive: true });
    writeFileSync(`${root}/${path}`, bytes);
  }
  await app.open(sites.withData);
  await page.getByTestId('folder-input').setInputFiles(root);
  await expect(app.data).toContainText('shapes: 30 training images');
  await learns(app);
});

test('folders named train and test are what they say', async ({ app, sites }) => {
  const tree: Tree = {};
  for (const [path, bytes] of Object.entries(folders())) tree[`set/train/${path}`] = bytes;
  for (const [path, bytes] of Object.entries(folders())) if (/\/[0-3]\./.test(path)) tree[`set/test/${path}`] = bytes;
  await app.open(sites.withData);
  await app.dropFiles([zipped(tree)]);
  await expect(app.data).toContainText('36 training images, 12 test images');
  await expect(app.data).not.toContainText('a sixth');
});

test('images of mixed sizes are fitted, each with its aspect kept, and the page says so', async ({ app, sites }) => {
  await app.open(sites.withData);
  await app.dropFiles([
    zipped(folders(fruitClasses, (i) => (i % 3 === 0 ? [64, 30] : i % 3 === 1 ? [28, 28] : [30, 90]))),
  ]);
  await expect(app.data).toContainText('The images had 3 different sizes, from 28×28 to 90×30 pixels');
  await learns(app);
});

test('a zip of IDX files is opened, and a readme in it passed over', async ({ app, sites }) => {
  await app.open(sites.withData);
  const files = letterFiles().map(({ name, buffer }) => [`gzip/${name}`, new Uint8Array(buffer)] as const);
  await app.dropFiles([
    zipped({ ...Object.fromEntries(files), 'gzip/mapping.txt': Buffer.from('1 65 97') }, 'emnist.zip'),
  ]);
  await expect(app.data).toContainText('1,040 training letters, 260 test letters, 26 classes');
});

const real = {
  'Fashion-MNIST': {
    folder: process.env.FASHION_MNIST_DIR,
    prefix: '',
    test: 't10k',
    says: 'These are exactly the files of Fashion-MNIST',
  },
  letters: {
    folder: process.env.LETTERS_DIR,
    prefix: 'unipen-letters-',
    test: 'transposed-t10k',
    says: 'The test images appeared to be stored transposed',
  },
};

for (const [name, { folder, prefix, test: testSet, says }] of Object.entries(real)) {
  test(`the real thing loads and trains: ${name}`, async ({ app, page, sites }) => {
    test.skip(folder === undefined, `${name === 'letters' ? 'LETTERS' : 'FASHION_MNIST'}_DIR is not set`);
    await app.open(sites.withData);
    const parts = ['train-images-idx3', 'train-labels-idx1', `${testSet}-images-idx3`, `${testSet}-labels-idx1`];
    await page.getByTestId('file-input').setInputFiles(parts.map((part) => `${folder!}/${prefix}${part}-ubyte.gz`));
    await expect(app.data).toContainText(says);
    expect(await app.trainEpochs(1, 120_000)).toBeGreaterThan(60);
  });
}

test('labels from 1 to 26 are letters, and every part of the page says so', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.dropFiles(letterFiles());
  await expect(app.data).toContainText('1,040 training letters, 260 test letters, 26 classes');
  await expect(app.data).toContainText('Labels 1 to 26 stand for “A” to “Z”');
  await expect(app.data).not.toContainText('transposed');
  await expect(page.getByTestId('activation-softmax').getByRole('listitem')).toHaveCount(26);
  await expect(page.getByText(/Test letter \d+, labelled [A-Z]\./)).toBeVisible();
  await learns(app);
});

for (const [what, options] of [
  ['images', { transposedTrain: true, transposedTest: true }],
  ['test images', { transposedTest: true }],
  ['training images', { transposedTrain: true }],
] as const) {
  test(`transposed ${what} are put upright, which the page says and lets be undone`, async ({ app, sites }) => {
    await app.open(sites.withData);
    await app.dropFiles(letterFiles(options));
    await expect(app.data).toContainText(`The ${what} appeared to be stored transposed`);
    await app.choose('orientation-picker', 'as stored');
    await expect(app.data).not.toContainText('transposed');
    await app.choose('orientation-picker', 'transposed');
    await expect(app.data).toContainText('The images were transposed (rows and columns swapped), as you chose');
    await learns(app);
  });
}

test('a pair of IDX files is split, and a validation set can be held out', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.dropFiles(letterFiles().slice(0, 2));
  await expect(app.data).toContainText(/8\d\d training letters, 1\d\d test letters/);
  await app.choose('validation-picker', '0.2');
  await expect(app.data).toContainText(/6\d\d training letters, .* 1\d\d validation letters/);
  await app.button('Train').click();
  await app.waitForFigure('validation-accuracy', (value) => value >= 0);
  await app.openTab('Curves');
  await expect(page.getByText(/epoch \d+ is the best so far/)).toBeVisible();
});
