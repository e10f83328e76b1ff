// SPDX-License-Identifier: MIT
//
// <tiny-cnn> in Firefox, from another origin: it reads what is drawn, and trains.

import { answer, digits, draw, expect, ready, test, trainButton } from './support/element';
import { testCount } from './support/element-sites';

test('it reads what is drawn, and trains on IDX files', async ({ page, embedding }) => {
  await embedding.open(`${digits}<tiny-cnn model="CDN/linear.spec.json" data="CDN/data" epochs="1"></tiny-cnn>`);
  const { element } = embedding;
  await ready(element);
  await draw(page, element, 7);
  await expect(answer(element)).toHaveText('7');
  const second = page.locator('tiny-cnn').last();
  await ready(second);
  await trainButton(second).click();
  await expect(
    second.locator('.train').getByText(`of ${testCount} test digits classified correctly after 32 steps`),
  ).toBeVisible();
});
