// SPDX-License-Identifier: MIT
//
// Where the data come from: the page's own folder, mirrors in turn, the browser's storage, the visitor's disk; and that bad data of any
// kind are refused with a clear text and leave everything else as it was.

import { diskFile, drawings } from './support/page';
import { gzip } from '../support/synthetic-digits.mjs';
import { trainCount, syntheticFiles } from './support/sites';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';
import type { DiskFile } from './support/page';
import type { FileSet } from './support/sites';
import type { Manner } from './support/mirror';

const loaded = new RegExp(`${trainCount.toLocaleString('en-US')} training digits`);

const onDisk = (files: FileSet): DiskFile[] => Object.entries(files).map(([name, bytes]) => diskFile(name, bytes));

test('the page takes the data from its own folder and asks no mirror', async ({ app, sites }) => {
  await app.open(sites.withData);
  await expect(app.data).toContainText('from this site');
  expect(sites.mirrors.flatMap(({ asked }) => asked)).toEqual([]);
});

test('the download is shown in bytes while it goes on', async ({ app, page, sites }) => {
  sites.mirrors[0].manner = 'stalls half-way';
  await page.goto(sites.bare);
  await expect(app.data).toContainText(/\d+\.\d MB of \d+\.\d MB/);
  await expect(app.data.getByRole('progressbar')).toBeVisible();
});

test('a reload downloads nothing', async ({ app, page, sites }) => {
  sites.mirrors[0].manner = 'good';
  await app.open(sites.bare);
  await expect(app.data).toContainText(loaded);
  expect(sites.mirrors[0].asked).toHaveLength(4);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.reload();
  await app.ready();
  await expect(app.data).toContainText("this browser's storage");
  expect(sites.mirrors[0].asked).toHaveLength(4);
  expect(requests.filter((url) => url.includes('ubyte'))).toEqual([]);
});

for (const manner of [
  'missing',
  'closes half-way',
  'stalls half-way',
  'truncated',
  'other content',
  'unreachable',
] satisfies Manner[]) {
  test(`a mirror with this fault is passed over for the next: ${manner}`, async ({ app, sites }) => {
    sites.mirrors[0].manner = manner;
    sites.mirrors[1].manner = 'good';
    await app.open(sites.bare);
    await expect(app.data).toContainText(loaded);
    await expect(app.error).toHaveText('');
    expect(sites.mirrors[0].asked.length).toBeGreaterThan(0);
  });
}

/** Resolves when the page shows that so many bytes have arrived, or is gone. */
const arrivalOn = (page: Page) => (bytes: number) =>
  page
    .waitForFunction(
      (count) =>
        (document.querySelector<HTMLProgressElement>('progress[aria-label="Data loaded"]')?.value ?? 0) >= count,
      bytes,
    )
    .then(
      () => undefined,
      () => undefined,
    );

const ways: Record<string, { manner: Manner; ranges: number }> = {
  'goes on where it stopped': { manner: 'breaks off', ranges: 3 },
  'begins anew where the mirror knows no ranges': { manner: 'breaks off and begins anew', ranges: 1 },
  'begins anew where the rest is of another file': { manner: 'breaks off and changes', ranges: 1 },
};

for (const [way, { manner, ranges }] of Object.entries(ways)) {
  test(`a download that breaks off ${way}`, async ({ app, page, sites }) => {
    sites.mirrors[0].manner = manner;
    sites.mirrors[0].arrival = arrivalOn(page);
    await app.open(sites.bare);
    await expect(app.data).toContainText(loaded);
    await expect(app.error).toHaveText('');
    const images = sites.mirrors[0].asked.filter((name) => name.startsWith('train-images'));
    expect(images.length).toBeGreaterThan(1);
    expect(sites.mirrors[0].ranges.length).toBeGreaterThanOrEqual(ranges);
    for (const range of sites.mirrors[0].ranges) expect(range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(sites.mirrors[1].asked).toEqual([]);
  });
}

test('a download of a file that has become shorter goes on with the next mirror', async ({ app, page, sites }) => {
  sites.mirrors[0].manner = 'breaks off and shrinks';
  sites.mirrors[0].arrival = arrivalOn(page);
  sites.mirrors[1].manner = 'good';
  await app.open(sites.bare);
  await expect(app.data).toContainText(loaded);
  expect(sites.mirrors[0].ranges).toHaveLength(1);
  expect(sites.mirrors[0].asked.slice(0, 3)).toEqual(Array(3).fill('train-images-idx3-ubyte.gz'));
});

for (const manner of ['closes at once', 'breaks off'] satisfies Manner[]) {
  test(`a mirror whose connections break before the page has read a byte is asked again: ${manner}`, async ({
    app,
    sites,
  }) => {
    sites.mirrors[0].manner = manner; // 'breaks off' does not wait here for what it has sent to be read
    await app.open(sites.bare);
    await expect(app.data).toContainText(loaded);
    await expect(app.error).toHaveText('');
    expect(sites.mirrors[0].asked.filter((name) => name.startsWith('train-images'))).toHaveLength(4);
    expect(sites.mirrors[1].asked).toEqual([]);
  });
}

test('a browser whose storage is full trains all the same, and says why nothing is kept', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.fullStorage);
  await expect(app.data).toContainText("Not stored in this browser: the browser's storage is full");
  await app.stepOnce();
  await page.reload();
  await app.ready();
  await expect(app.data).toContainText('from this site');
});

test('a browser with too little room left is not filled to the brim', async ({ app, sites }) => {
  await app.open(sites.littleRoom);
  await expect(app.data).toContainText(
    /Not stored in this browser: the browser has room for 0\.4 MB more data of this site, but 0\.\d MB are needed/,
  );
  await app.stepOnce();
});

test('where no source has the data, digits made here take their place, and the page says why for each source', async ({
  app,
  sites,
}) => {
  sites.mirrors[0].manner = 'missing';
  sites.mirrors[1].manner = 'other content';
  await app.open(sites.bare);
  await expect(app.data).toContainText('The network learns from synthetic digits');
  await expect(app.data).toContainText('MNIST could not be loaded');
  await expect(app.data).toContainText('404');
  await expect(app.data).toContainText('checksum');
  await expect(app.data).toContainText('Synthetic digits: 60,000 training digits, 10,000 test digits');
  await expect(app.button('Choose files')).toBeVisible();
  await expect(app.error).toHaveText('');
  sites.mirrors[1].manner = 'good';
  await app.button('Try the download again').click();
  await expect(app.data).toContainText(loaded);
  await expect(app.data).not.toContainText('The network learns from synthetic digits');
});

test('where Fashion-MNIST cannot be loaded, every text and the retry are about Fashion-MNIST', async ({
  app,
  page,
  sites,
}) => {
  const asked: string[] = [];
  await page.route(/fashion/, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ status: 404 });
  });
  await app.open(`${sites.bare}#data=fashion-mnist`);
  await expect(app.data).toContainText('No source could deliver Fashion-MNIST.');
  await expect(app.data).toContainText('If you have the four files of Fashion-MNIST');
  await expect(app.data).toContainText('Fashion-MNIST could not be loaded.');
  await expect(app.data).not.toContainText(/(?<!Fashion-)MNIST/);
  asked.length = 0;
  await app.button('Try the download again').click();
  await expect(app.error).toContainText(
    'Fashion-MNIST could not be loaded. From this site: train-images-idx3-ubyte.gz',
  );
  expect(asked.map((url) => new URL(url).host)).toEqual([
    new URL(sites.bare).host,
    'cdn.jsdelivr.net',
    'raw.githubusercontent.com',
  ]);
});

test('with no network, no cache and no files the page comes to a network that reads what is drawn', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.bare);
  await expect(app.data).toContainText('The network learns from synthetic digits');
  await page.context().setOffline(true);
  expect(await app.trainEpochs(1)).toBeGreaterThan(90);
  let right = 0;
  for (const [digit, strokes] of Object.entries(drawings)) {
    await app.button('Clear').click();
    await expect(app.prediction).toHaveText('');
    await app.draw(strokes);
    await app.whenRead();
    if ((await app.prediction.innerText()) === digit) ++right;
  }
  expect(right).toBeGreaterThanOrEqual(8);
});

test('digits made here can be chosen by hand, and are the same every time', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByTestId('dataset-picker').selectOption({ label: 'Synthetic digits' });
  await expect(app.data).toContainText('Synthetic digits: 60,000 training digits');
  await expect(app.data).not.toContainText('could not be loaded');
  const loss = await app.stepOnce();
  await page.reload(); // the address says which data they are
  await app.ready();
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  await expect(page.getByTestId('dataset-picker').locator('option:checked')).toHaveText('Synthetic digits');
  await expect(app.data).toContainText('Synthetic digits: 60,000 training digits');
  expect(await app.stepOnce()).toBe(loss);
});

test('without network and data, four files from disk by button are enough, in any order, gzipped or not', async ({
  app,
  page,
  sites,
}) => {
  await page.goto(sites.bare);
  await expect(app.data).toContainText('could not be reached');
  const [a, b, c, d] = onDisk(sites.files) as [DiskFile, DiskFile, DiskFile, DiskFile];
  await app.chooseFiles([d, diskFile('b.gz', gzip(b.buffer)), diskFile('a', a.buffer), c]);
  await app.ready();
  await expect(app.data).toContainText(loaded);
  await expect(app.error).toHaveText('');
  await app.stepOnce();
});

test('without network and data, four dropped files are enough', async ({ app, page, sites }) => {
  await page.goto(sites.bare);
  await expect(app.data).toContainText('could not be reached');
  await app.dropFiles(onDisk(syntheticFiles({ train: 320, test: 50, seed: 3 })));
  await app.ready();
  await expect(app.data).toContainText('320 training digits, 50 test digits');
  await expect(app.data).toContainText('These are not the files of MNIST or Fashion-MNIST');
  await app.stepOnce();
});

test('files that are the published set byte for byte are known as such and kept', async ({ app, page, sites }) => {
  await page.goto(sites.bare);
  await expect(app.button('Choose files')).toBeVisible();
  await app.dropFiles(onDisk(sites.files));
  await expect(app.data).toContainText('These are exactly the files of MNIST');
  await page.reload();
  await app.ready();
  await expect(app.data).toContainText("this browser's storage");
});

test('a browser that stores nothing can still train', async ({ app, sites }) => {
  await app.open(sites.withoutStorage);
  await expect(app.data).toContainText('Not stored');
  await app.stepOnce();
  expect(await app.text('step')).toBe('1');
});

const changed = (files: FileSet, change: Partial<FileSet>): DiskFile[] => onDisk({ ...files, ...change });

const small = syntheticFiles({ train: 320, test: 50, seed: 3 });
const other = syntheticFiles({ train: 200, test: 40, seed: 4 });

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

function withBytes(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** Labels that all say 3. */
const withoutVariety = (labels: Uint8Array): Uint8Array => labels.map((byte, i) => (i < 8 ? byte : 3));

const badFiles: Record<string, { files: DiskFile[]; says: RegExp }> = {
  'a truncated gzip file': {
    files: [
      ...changed(small, {}).filter(({ name }) => name !== 'train-images-idx3-ubyte'),
      diskFile('train-images.gz', gzip(small['train-images-idx3-ubyte']).subarray(0, 5000)),
    ],
    says: /train-images\.gz: the gzip archive is damaged or ends too early/,
  },
  'a wrong magic': {
    files: changed(small, { 't10k-labels-idx1-ubyte': withByte(small['t10k-labels-idx1-ubyte'], 3, 9) }),
    says: /t10k-labels-idx1-ubyte is not an IDX file/,
  },
  'images that end too early': {
    files: changed(small, { 'train-images-idx3-ubyte': small['train-images-idx3-ubyte'].subarray(0, -1) }),
    says: /train-images-idx3-ubyte is damaged or cut off: .* 250,880 bytes, but 250,879 follow/,
  },
  'images and labels that do not match': {
    files: changed(small, { 'train-labels-idx1-ubyte': other['train-labels-idx1-ubyte'] }),
    says: /do not match: .* 320 training images, but .* 200 labels/,
  },
  'a label that is no digit': {
    files: changed(small, { 'train-labels-idx1-ubyte': withByte(small['train-labels-idx1-ubyte'], 8, 10) }),
    says: /only image 0 is labelled 10; all others have labels from 0 to 9/,
  },
  'a header of 4 GB in a file of 1 KB': {
    files: changed(small, {
      'train-images-idx3-ubyte': withBytes(small['train-images-idx3-ubyte'].subarray(0, 1024), 4, [0, 0x53, 0, 0]),
    }),
    says: /its header says 5439488 images of 28x28 pixels, which is 4,264,558,592 bytes, but 1,008 follow/,
  },
  'a test label that is in no training image': {
    files: changed(small, { 't10k-labels-idx1-ubyte': withByte(small['t10k-labels-idx1-ubyte'], 8 + 7, 12) }),
    says: /t10k-labels-idx1-ubyte: image 7 is labelled 12, but the training labels are 0 to 9/,
  },
  'images of one class only': {
    files: onDisk({
      ...small,
      'train-labels-idx1-ubyte': withoutVariety(small['train-labels-idx1-ubyte']),
      't10k-labels-idx1-ubyte': withoutVariety(small['t10k-labels-idx1-ubyte']),
    }),
    says: /All images are of one class, “3”\. At least two classes are needed/,
  },
  'three files': {
    files: onDisk(small).slice(1),
    says: /two files or four\. These are 1 of images and 2 of labels/,
  },
};

for (const [name, { files, says }] of Object.entries(badFiles)) {
  test(`refused, with what was there unharmed: ${name}`, async ({ app, sites }) => {
    await app.open(sites.withData);
    const losses = [await app.stepOnce(), await app.stepOnce()];
    await app.dropFiles(files);
    await expect(app.error).toContainText(says);
    await expect(app.data).toContainText(loaded);
    expect(await app.text('step')).toBe('2');
    const third = await app.stepOnce();
    await app.button('Dismiss').click();
    await expect(app.error).toHaveText('');
    await app.button('Rewind').click();
    await app.waitForFigure('step', (step) => step === 0);
    expect([await app.stepOnce(), await app.stepOnce(), await app.stepOnce()]).toEqual([...losses, third]);
  });
}
