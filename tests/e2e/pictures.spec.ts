// SPDX-License-Identifier: MIT
//
// The main views as pictures, in both themes on a phone, a laptop and a wide screen: the same seed gives the same weights, so that every
// square of the network is the same each time. Fonts are the machine's own: where they measure otherwise than those that the pictures
// were taken with, there is nothing to compare. `npm run pictures` takes them again.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';
import type { TinyCnnPage } from './support/page';

const fontsFile = fileURLToPath(new URL('pictures/fonts.txt', import.meta.url));
/** Drawn at half the size where that is enough to see what has moved. */
const windows = [
  { width: 390, height: 844, deviceScaleFactor: 1 },
  { width: 1280, height: 800, deviceScaleFactor: 0.5 },
  { width: 1920, height: 1080, deviceScaleFactor: 0.5 },
] as const;

/** How wide this machine's fonts make a text. */
const fontsOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d')!;
    const styles = ['16px system-ui', '650 18px system-ui', 'italic 600 13px Georgia', '16px monospace', '16px math'];
    return styles
      .map((font) => {
        context.font = font;
        return `${font}: ${context.measureText('Every layer of the network, 0123456789').width.toFixed(2)}`;
      })
      .join('\n');
  });

/** One epoch on synthetic digits, and the sixth test digit at hand. */
async function trained(app: TinyCnnPage, site: string): Promise<void> {
  await app.open(`${site}#digit=5`);
  await app.stopAt('epoch');
  await app.button('Train').click();
  await expect(app.page.getByTestId('run-note')).toHaveText(/^Stopped after epoch 1/);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { width, height, deviceScaleFactor } of windows) {
    test.describe(`${colorScheme} at ${width} px`, () => {
      test.use({ viewport: { width, height }, deviceScaleFactor, colorScheme });

      test('the network, an opened channel and the results look as they should', async ({ app, page, sites }) => {
        await trained(app, sites.withData);
        const fonts = await fontsOf(page);
        if (test.info().config.updateSnapshots === 'all') writeFileSync(fontsFile, fonts);
        const known = existsSync(fontsFile) ? readFileSync(fontsFile, 'utf8') : '';
        test.skip(fonts !== known, 'The pictures were taken with other fonts than this machine has.');
        const looks = async (view: string): Promise<void> => {
          await expect.soft(page).toHaveScreenshot(`${view}-${width}-${colorScheme}.png`, {
            mask: [page.getByTestId('throughput'), page.getByTestId('time-left')],
            maxDiffPixelRatio: 0.01,
            scale: 'device',
          });
        };
        await page.mouse.move(0, 0);
        await looks('network');
        await app.lookAtCurves();
        await page.mouse.move(0, 0);
        await looks('results');
        await page.locator('[data-unit="conv2/1"]').click();
        await expect(page.getByTestId('detail-sum')).toBeVisible();
        await page.mouse.move(0, 0);
        await looks('channel');
      });
    });
  }
}
