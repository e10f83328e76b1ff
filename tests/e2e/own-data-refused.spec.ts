// SPDX-License-Identifier: MIT
//
// Data of the visitor's own that cannot be used: each is refused in words that say what was expected, and the data, network and step that
// were there stay.

import { zipSync } from 'fflate';
import { expect, test } from './support/fixtures';
import { csv, digits, folders, picture, table, zipped } from './support/own-data';
import { diskFile } from './support/page';

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
