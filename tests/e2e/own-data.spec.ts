// SPDX-License-Identifier: MIT
//
// Data of the visitor's own: images in folders and archives, tables, IDX pairs with labels from 1 and transposed images. Each loads, is
// fitted to 28x28, and trains; its classes go by their names; and what cannot be used is refused in words, with all else unharmed.

import { zipSync } from 'fflate';
import { greyPng } from '../support/png.mjs';
import { gzip, syntheticDigits, toIdx } from '../support/synthetic-digits.mjs';
import { diskFile } from './support/page';
import { expect, test } from './support/fixtures';
import type { TinyCnnPage } from './support/page';

const fruitClasses = ['apple', 'bee', 'cup'];
const perClass = 12;

/** Strokes that differ by class: `side` pixels a side, dark on light unless told otherwise. */
function picture(label: number, index: number, height = 40, width = 40, paper = 255): Buffer {
  const grey = new Uint8Array(height * width).fill(paper);
  const at = 8 + ((index * 7) % 10);
  for (let i = 6; i < Math.min(height, width) - 6; ++i) {
    const [y, x] = [
      [i, at],
      [at, i],
      [i, i],
    ][label]! as [number, number];
    for (const d of [0, 1, 2]) grey[y * width + Math.min(width - 1, x + d)] = 255 - paper;
  }
  return greyPng(grey, height, width);
}

type Tree = Record<string, Uint8Array>;

function folders(classes = fruitClasses, size: (index: number) => [number, number] = () => [40, 40]): Tree {
  const tree: Tree = {};
  classes.forEach((name, label) => {
    for (let i = 0; i < perClass; ++i) tree[`${name}/${i}.png`] = picture(label, i, ...size(i));
  });
  return tree;
}

const zipped = (tree: Tree, name = 'things.zip') => diskFile(name, zipSync(tree));

async function learns(app: TinyCnnPage): Promise<void> {
  await app.stepOnce();
  expect(await app.figure('train-loss')).toBeGreaterThan(0);
  await expect(app.error).toHaveText('');
}

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

const digits = (count: number, seed = 1) => syntheticDigits({ count, seed });

function table(rows: { labels: Uint8Array; images: Uint8Array }, header: boolean): string {
  const names = ['label', ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)].join(',');
  const lines = Array.from(rows.labels, (label, i) =>
    [label, ...rows.images.subarray(784 * i, 784 * (i + 1))].join(','),
  );
  return `${[...(header ? [names] : []), ...lines].join('\n')}\n`;
}

const csv = (text: string, name = 'train.csv') => diskFile(name, Buffer.from(text));

for (const header of [true, false]) {
  test(`a table as Kaggle has it ${header ? 'with' : 'without'} a header loads and trains`, async ({ app, sites }) => {
    await app.open(sites.withData);
    await app.dropFiles([csv(table(digits(120), header))]);
    await expect(app.data).toContainText(/train.csv: 99 training digits, 21 test digits/);
    await learns(app);
  });
}

type Rows = { labels: Uint8Array; images: Uint8Array };
const lines = ({ labels, images }: Rows, line: (label: number, pixels: number[], index: number) => string): string =>
  Array.from(labels, (label, i) => line(label, [...images.subarray(784 * i, 784 * (i + 1))], i)).join('\n');
const names = Array.from({ length: 784 }, (_, i) => `pixel${i}`);
const numbers = Array.from({ length: 785 }, (_, i) => i);
const unit = (pixel: number): string => (pixel / 255).toFixed(6);

/** The same images, as programs write them. */
const layouts: Record<string, { write: (rows: Rows) => string; says?: RegExp }> = {
  'the header of pandas': {
    write: (rows) =>
      `label,${numbers.slice(0, 784).join()}\n${lines(rows, (label, pixels) => [label, ...pixels].join())}`,
  },
  'numbers as header': {
    write: (rows) => `${numbers.join()}\n${lines(rows, (label, pixels) => [label, ...pixels].join())}`,
  },
  'an index column without a name, with a byte order mark and CRLF': {
    write: (rows) =>
      `\ufeff${['', 'label', ...names].join()}\n${lines(rows, (label, pixels, i) => [i, label, ...pixels].join())}\n`.replaceAll(
        '\n',
        '\r\n',
      ),
  },
  'an index column that was read back, quotes and pixels as decimals': {
    write: (rows) =>
      `${['Unnamed: 0', 'label', ...names].map((name) => `"${name}"`).join()}\n` +
      lines(rows, (label, pixels, i) => [i, label, ...pixels].map((cell) => `"${cell}.0"`).join()),
  },
  'an index column without any header': {
    write: (rows) => lines(rows, (label, pixels, i) => [i, label, ...pixels].join()),
  },
  semicolons: { write: (rows) => lines(rows, (label, pixels) => [label, ...pixels].join(';')) },
  'tabs, the label last by name': {
    write: (rows) =>
      `${[...names, 'class'].join('\t')}\n${lines(rows, (label, pixels) => [...pixels, label].join('\t'))}`,
  },
  'the label last without a header': {
    write: (rows) => lines(rows, (label, pixels) => [...pixels, label].join()),
    says: /The last column was taken as the label/,
  },
  'pixels from 0 to 1': {
    write: (rows) =>
      table(rows, true)
        .split('\n')
        .map((line, i) =>
          i === 0 || line === ''
            ? line
            : line
                .split(',')
                .map((cell, at) => (at === 0 ? cell : unit(Number(cell))))
                .join(),
        )
        .join('\n'),
    says: /The pixels of train\.csv went from 0 to 1 and were scaled to 0 to 255/,
  },
  'pixels from 0 to 1 with decimal commas': {
    write: (rows) =>
      lines(rows, (label, pixels) => [label, ...pixels.map((pixel) => unit(pixel).replace('.', ','))].join(';')),
    says: /went from 0 to 1 and were scaled to 0 to 255/,
  },
  'pixels from 0 to 1 in scientific notation': {
    write: (rows) =>
      lines(rows, (label, pixels) => [label, ...pixels.map((pixel) => (pixel / 255).toExponential(9))].join()),
    says: /went from 0 to 1 and were scaled to 0 to 255/,
  },
};

test('tables that hold the same images train the same, however they are laid out', async ({ app, sites }) => {
  test.setTimeout(120_000);
  const rows = digits(60);
  await app.open(sites.withData);
  await app.dropFiles([csv(table(rows, true))]);
  await expect(app.data).toContainText('train.csv: 49 training digits, 11 test digits');
  const loss = await app.stepOnce();
  for (const [name, { write, says }] of Object.entries(layouts)) {
    await test.step(name, async () => {
      await app.dropFiles([csv(write(rows))]);
      await app.waitForFigure('step', (step) => step === 0);
      expect(await app.stepOnce(), name).toBe(loss);
      await expect(app.error, name).toHaveText('');
      if (says === undefined) await expect(app.data, name).not.toContainText(/scaled|taken as/);
      else await expect(app.data, name).toContainText(says);
    });
  }
});

test('pixels from 0 to 16, as scikit-learn’s digits have them, are scaled, and a gzipped table is unpacked', async ({
  app,
  sites,
}) => {
  await app.open(sites.withData);
  const few = lines(digits(60), (label, pixels) =>
    [label, ...pixels.filter((_, i) => i % 784 < 64).map((_, i) => (i + label) % 17)].join(),
  );
  await app.dropFiles([diskFile('digits.csv.gz', gzip(Buffer.from(few)))]);
  await expect(app.data).toContainText('The pixels of digits.csv.gz went from 0 to 16 and were scaled to 0 to 255');
  await learns(app);
});

test('of two tables the smaller one is the test set', async ({ app, sites }) => {
  await app.open(sites.withData);
  await app.dropFiles([csv(table(digits(40, 2), true), 'b.csv'), csv(table(digits(120), true), 'a.csv')]);
  await expect(app.data).toContainText('120 training digits, 40 test digits');
});

test('a zip of IDX files is opened, and a readme in it passed over', async ({ app, sites }) => {
  await app.open(sites.withData);
  const files = letterFiles().map(({ name, buffer }) => [`gzip/${name}`, new Uint8Array(buffer)] as const);
  await app.dropFiles([
    zipped({ ...Object.fromEntries(files), 'gzip/mapping.txt': Buffer.from('1 65 97') }, 'emnist.zip'),
  ]);
  await expect(app.data).toContainText('1,040 training letters, 260 test letters, 26 classes');
});

test('a table of EMNIST’s letters has its images put upright and its letters named', async ({ app, sites }) => {
  const { images, labels }: { images: Uint8Array; labels: Uint8Array } = digits(520, 1);
  const letters = labels.map((label, i) => 1 + ((label + 10 * (i % 3)) % 26));
  await app.open(sites.withData);
  await app.dropFiles([csv(table({ images: transposed(images), labels: letters }, false), 'emnist-letters-train.csv')]);
  await expect(app.data).toContainText('training letters');
  await expect(app.data).toContainText('were turned upright');
  await expect(app.data).toContainText('Labels 1 to 26 stand for “A” to “Z”');
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
    test.setTimeout(180_000);
    test.skip(folder === undefined, `${name === 'letters' ? 'LETTERS' : 'FASHION_MNIST'}_DIR is not set`);
    await app.open(sites.withData);
    const parts = ['train-images-idx3', 'train-labels-idx1', `${testSet}-images-idx3`, `${testSet}-labels-idx1`];
    await page.getByTestId('file-input').setInputFiles(parts.map((part) => `${folder!}/${prefix}${part}-ubyte.gz`));
    await expect(app.data).toContainText(says, { timeout: 60_000 });
    expect(await app.trainEpochs(1, 120_000)).toBeGreaterThan(60);
  });
}

const transposed = (images: Uint8Array): Uint8Array =>
  images.map((_, i) => images[784 * Math.floor(i / 784) + 28 * (i % 28) + (Math.floor(i / 28) % 28)]!);

/** Letters of the alphabet's number: digits stand in for their shapes. */
function letterFiles({ transposedTrain = false, transposedTest = false } = {}) {
  const pair = (name: string, count: number, seed: number, isTransposed: boolean) => {
    const { images, labels }: { images: Uint8Array; labels: Uint8Array } = digits(count, seed);
    const stored = isTransposed ? transposed(images) : images;
    const letters: Uint8Array = labels.map((label, i) => 1 + ((label + 10 * (i % 3)) % 26));
    return [
      diskFile(`letters-${name}-images-idx3-ubyte`, toIdx(stored, [count, 28, 28]) as Uint8Array),
      diskFile(`letters-${name}-labels-idx1-ubyte`, toIdx(letters, [count]) as Uint8Array),
    ];
  };
  return [...pair('train', 1040, 1, transposedTrain), ...pair('test', 260, 2, transposedTest)];
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
  test(`transposed ${what} are put upright, which the page says and lets be undone`, async ({ app, page, sites }) => {
    await app.open(sites.withData);
    await app.dropFiles(letterFiles(options));
    await expect(app.data).toContainText(`The ${what} appeared to be stored transposed`);
    await page.getByTestId('orientation-picker').selectOption('as stored');
    await expect(app.data).not.toContainText('transposed');
    await page.getByTestId('orientation-picker').selectOption('transposed');
    await expect(app.data).toContainText('The images were transposed (rows and columns swapped), as you chose');
    await learns(app);
  });
}

test('a pair of IDX files is split, and a validation set can be held out', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.dropFiles(letterFiles().slice(0, 2));
  await expect(app.data).toContainText(/8\d\d training letters, 1\d\d test letters/);
  await page.getByTestId('validation-picker').selectOption('0.2');
  await expect(app.data).toContainText(/6\d\d training letters, .* 1\d\d validation letters/);
  await app.button('Train').click();
  await app.waitForFigure('validation-accuracy', (value) => value >= 0);
  await expect(page.getByText(/epoch \d+ is the best so far/)).toBeVisible();
});

/** The central directory's sizes of the first entry, replaced. */
function withClaimedSize(zip: Uint8Array, size: number): Uint8Array {
  const copy = zip.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 30 < copy.length; ++at) {
    if (view.getUint32(at, true) === 0x02014b50) {
      view.setUint32(at + 24, size, true);
      return copy;
    }
  }
  throw new Error('no entry');
}

const broken = picture(0, 1).subarray(0, 60);
const trap = Buffer.from(picture(0, 1));
trap.writeUInt32BE(65000, 16);
trap.writeUInt32BE(65000, 20);

const refused: Record<string, { files: () => ReturnType<typeof diskFile>[]; says: RegExp }> = {
  'a zip with a broken image': {
    files: () => [zipped({ ...folders(), 'bee/77.png': broken })],
    says: /An image cannot be used\. bee\/77\.png: it is damaged or not an image/,
  },
  'an image whose header claims four gigapixels': {
    files: () => [zipped({ ...folders(), 'cup/88.png': trap })],
    says: /cup\/88\.png: it has 65000x65000 pixels, which is too large/,
  },
  'an empty class': {
    files: () => [zipped({ ...folders(), 'dog/': new Uint8Array(0) })],
    says: /The folder “dog” contains no images\. Every class needs at least two/,
  },
  'one class only': {
    files: () => [zipped(folders(['apple']))],
    says: /All images are of one class, “apple”/,
  },
  'a class with one image': {
    files: () => [zipped({ ...folders(), 'dog/1.png': picture(1, 1) })],
    says: /only one image of “dog”\. Each class needs at least two/,
  },
  'images without folders': {
    files: () => [zipped({ '1.png': picture(0, 1), '2.png': picture(1, 2) })],
    says: /1\.png is not in the folder of a class/,
  },
  'a single image': { files: () => [zipped({ 'apple/1.png': picture(0, 1) })], says: /There is only one image/ },
  'a zip without images': {
    files: () => [zipped({ 'apple/': new Uint8Array(0) })],
    says: /Your choice contains no file/,
  },
  'a zip that is cut off': {
    files: () => [diskFile('cut.zip', zipSync(folders()).subarray(0, 900))],
    says: /cut\.zip is not a zip archive, or it is damaged or cut off/,
  },
  'a zip of 1 KB that claims 4 GB': {
    files: () => [diskFile('bomb.zip', withClaimedSize(zipSync({ 'apple/1.png': picture(0, 1) }), 0xfffffff0))],
    says: /bomb\.zip is damaged or malicious: it claims that apple\/1\.png unpacks to 4295\.0 MB/,
  },
  'a table with a wrong column count': {
    files: () => [csv(table(digits(20), true).replace(/,\d+\n$/, '\n'))],
    says: /train\.csv, line 21: expected 785 columns \(label and 28x28 pixels\) as in the first line, got 784/,
  },
  'a table whose lines are no image and label': {
    files: () => [csv('1,2,3,4,5,6,7\n1,2,3,4,5,6,7\n')],
    says: /train\.csv has 7 columns; expected a label and then the pixels of a square image, such as 785/,
  },
  'a table without labels': {
    files: () => [
      csv(
        table(digits(20), true)
          .replace(/^label,/, '')
          .replace(/^\d+,/gm, ''),
        'test.csv',
      ),
    ],
    says: /test\.csv has no label column/,
  },
  'a table with a pixel of 256': {
    files: () => [csv(table(digits(20), true).replace(/\n(\d),0,/, '\n$1,256,'))],
    says: /train\.csv, line 2, column 2: expected a pixel from 0 to 255 .*, got “256”/,
  },
  'a table with a header alone': {
    files: () => [csv(table(digits(1), true).split('\n')[0]!)],
    says: /These files contain no image/,
  },
  'a table with one image': { files: () => [csv(table(digits(1), true))], says: /There is only one image/ },
  'a test table with a class of its own': {
    files: () => [csv(table(digits(60), true)), csv(table(digits(20, 2), true).replace(/\n\d,/, '\n12,'), 'test.csv')],
    says: /test\.csv: image 0 is labelled “12”, but no training image is/,
  },
  'a table with negative pixels': {
    files: () => [csv(table(digits(20), true).replace(/\n(\d),0,0/, '\n$1,0,-0.42'))],
    says: /train\.csv, line 2, column 3: expected a pixel from 0 to 255 \(or from 0 to 1 in the whole table\), got “-0\.42”/,
  },
  'a table of two ranges': {
    files: () => [
      csv(
        table(digits(20), false).replace(/^(\d),(.*)$/m, (_, label: string, pixels: string) =>
          [label, ...pixels.split(',').map((pixel) => Number(pixel) / 255)].join(),
        ),
      ),
    ],
    says: /train\.csv mixes two ranges: the pixels of line 1 go from 0 to 1, those of line 2 up to \d+\. Expected/,
  },
  'a table with an empty cell': {
    files: () => [csv(table(digits(20), true).replace(/\n(\d),0,/, '\n$1,,'))],
    says: /line 2, column 2: expected a pixel from 0 to 255 .*, got “”/,
  },
  'a text': {
    files: () => [diskFile('notes.txt', Buffer.from('Some text that is no data.'))],
    says: /This page cannot read “notes\.txt”\. This page reads IDX files .*, PNG, JPEG, .* in one folder for each class, CSV tables/,
  },
  'many documents': {
    files: () => Array.from({ length: 6 }, (_, i) => diskFile(`page-${i}.pdf`, Buffer.from('%PDF-1.7'))),
    says: /This page cannot read “page-0\.pdf”, .* and 1 more\. This page reads/,
  },
  'hidden files alone': {
    files: () => [zipped({ '.git/config': Buffer.from('x'), '.DS_Store': Buffer.from('x') })],
    says: /Your choice contains no file\. 2 hidden files were skipped: “\.git”, “\.DS_Store”\. This page reads/,
  },
  'nothing of the kind': {
    files: () => [diskFile('song.mp3', Buffer.alloc(4000, 7))],
    says: /This page cannot read “song\.mp3”\. .* images in one folder for each class/,
  },
};

test('what cannot be used is refused in words, with what was there unharmed', async ({ app, sites }) => {
  test.setTimeout(120_000);
  await app.open(sites.withData);
  for (const [at, [name, { files, says }]] of Object.entries(refused).entries()) {
    await test.step(name, async () => {
      await app.stepOnce();
      await app.dropFiles(files());
      await expect(app.error, name).toContainText(says);
      await expect(app.data).toContainText('3,000 training digits');
      expect(await app.text('step')).toBe(String(at + 1));
      await app.button('Dismiss').click();
      await expect(app.error).toHaveText('');
    });
  }
});
