// SPDX-License-Identifier: MIT
//
// Tables of the visitor's own, as pandas, Kaggle, scikit-learn and spreadsheets write them: the same images train the same.

import { gzip } from '../support/synthetic-digits.mjs';
import { expect, test } from './support/fixtures';
import { csv, digits, learns, table, transposed } from './support/own-data';
import { diskFile } from './support/page';

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

test('a table of EMNIST’s letters has its images put upright and its letters named', async ({ app, sites }) => {
  const { images, labels }: { images: Uint8Array; labels: Uint8Array } = digits(520, 1);
  const letters = labels.map((label, i) => 1 + ((label + 10 * (i % 3)) % 26));
  await app.open(sites.withData);
  await app.dropFiles([csv(table({ images: transposed(images), labels: letters }, false), 'emnist-letters-train.csv')]);
  await expect(app.data).toContainText('training letters');
  await expect(app.data).toContainText('were turned upright');
  await expect(app.data).toContainText('Labels 1 to 26 stand for “A” to “Z”');
});
