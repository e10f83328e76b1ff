// SPDX-License-Identifier: MIT
//
// The page reads what people draw: pen digits of thirty people, drawn stroke by stroke with the mouse on the page's own canvas after it has
// trained with its default recipe. A sample of what npm run pen-digits -- --page measures. Needs PEN_DIGITS_DIR and MNIST_DIR.

import { expect, test } from './support/fixtures';
import { readPenDigits, sampleOf } from '../../tools/experiments/pen-digit-data.mjs';
import { readOnPage, trainPage } from '../../tools/experiments/pen-digits-page.mjs';

const count = 150;
/** The whole thousand are read at 98 %; of so few, chance may take two more in a hundred. */
const least = 0.95;

test('strangers’ digits, drawn stroke by stroke on the page, are read', async ({ app, page, sites }) => {
  test.skip(process.env.PEN_DIGITS_DIR === undefined, 'PEN_DIGITS_DIR does not name a folder with pen digits');
  test.skip(sites.mnist === null, 'MNIST_DIR does not name a folder with the four MNIST files');
  test.setTimeout(600_000);
  await app.open(sites.mnist!);
  const { accuracy } = await trainPage(page);
  expect(Number.parseFloat(accuracy), 'of MNIST’s test set').toBeGreaterThanOrEqual(98);
  const answers = await readOnPage(page, sampleOf(readPenDigits(), count));
  const right = answers.filter(({ label, read }) => read === label).length;
  expect(answers).toHaveLength(count);
  expect(right / count, `${right} of ${count} are read`).toBeGreaterThanOrEqual(least);
});
