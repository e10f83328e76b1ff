// SPDX-License-Identifier: MIT
//
// A part of the page that fails says so in its own place, and the rest of the page works.

import { expect, test } from './support/fixtures';

test('a part that fails says so and can be tried again, while the rest of the page works', async ({
  app,
  page,
  sites,
}) => {
  await page.addInitScript(() => {
    const real = IntersectionObserver;
    const broken = function (): never {
      throw new Error('out of order');
    };
    Object.assign(window, { IntersectionObserver: broken, repair: () => (window.IntersectionObserver = real) });
  });
  await app.open(sites.withData);
  const results = page.getByRole('alert', { name: 'Curves' });
  await expect(results).toContainText('Curves could not be shown (out of order)');
  await expect(page.getByRole('alert', { name: 'The article' })).toBeVisible();
  await app.button('Step').click();
  await expect(page.getByTestId('step')).toHaveText('1');
  await page.evaluate(() => {
    (window as unknown as { repair: () => void }).repair();
  });
  await results.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('region', { name: 'Loss' })).toBeVisible();
  await expect(results).toBeHidden();
});
