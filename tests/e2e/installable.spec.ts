// SPDX-License-Identifier: MIT
//
// What browsers ask of a page before they offer to install it as an app, and what makes it a good one: manifest, icons, a start without a
// network.

import { readFileSync } from 'node:fs';
import { expect, test, whenKept } from './support/service-worker';
import type { Page } from '@playwright/test';
import type { Host } from './support/host';

interface Manifest {
  name: string;
  short_name: string;
  description: string;
  id?: string;
  start_url: string;
  scope: string;
  display: string;
  theme_color: string;
  background_color: string;
  icons: { src: string; sizes: string; type: string; purpose: string }[];
}

const manifestOf = (host: Host): Manifest => JSON.parse(readFileSync(host.at('app.webmanifest'), 'utf8')) as Manifest;

/** An icon as the browser decodes it: its size, the colour of its ground, the first pixels of another colour that are further from the
 * middle than `safe` times its width, and how many colours its ground and two of its squares have. */
const decoded = (page: Page, src: string, safe: number) =>
  page.evaluate(
    async ([url, safeShare]) => {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      const { width, height } = bitmap;
      const context = new OffscreenCanvas(width, height).getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
      const at = (x: number, y: number): number => pixels[y * width + x]!;
      const ground = at(0, 0);
      const outside: string[] = [];
      for (let y = 0; y < height; ++y) {
        for (let x = 0; x < width; ++x) {
          const distance = Math.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2);
          if (outside.length < 5 && distance > safeShare * width && at(x, y) !== ground) outside.push(`${x},${y}`);
        }
      }
      const [third, otherThird] = [Math.round(width / 3), Math.round((2 * width) / 3)];
      const colours = new Set([at(third, otherThird), at(otherThird, otherThird), ground]).size;
      return { size: `${width}x${height}`, alpha: ground >>> 24, outside, colours };
    },
    [src, safe] as const,
  );

test('Chromium reads the manifest without a complaint and finds nothing that hinders installing', async ({
  app,
  page,
  context,
  host,
}) => {
  await app.open(host.url);
  await whenKept(page);
  const session = await context.newCDPSession(page);
  const { url, errors } = await session.send('Page.getAppManifest');
  expect(url).toBe(`${host.url}app.webmanifest`);
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // a context of tests counts as incognito, where nothing can be installed
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
});

test('the manifest says what systems show, and works below any path', ({ host }) => {
  const manifest = manifestOf(host);
  expect(manifest.name.length).toBeLessThanOrEqual(45 + 5);
  expect(manifest.short_name.length).toBeLessThanOrEqual(12);
  expect(manifest.description.length).toBeGreaterThan(20);
  expect(['standalone', 'fullscreen', 'minimal-ui']).toContain(manifest.display);
  for (const color of [manifest.theme_color, manifest.background_color]) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  expect([manifest.start_url, manifest.scope]).toEqual(['./', './']);
  expect(manifest.id, 'it would be one for all apps of an origin').toBeUndefined();
});

test('every icon is what the manifest says: 192 and 512 pixels, one of any size, and one that can be cut to any shape', async ({
  app,
  page,
  host,
}) => {
  await app.open(host.url);
  const { icons } = manifestOf(host);
  expect(icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual(
    expect.arrayContaining(['any any', '192x192 any', '512x512 any', '512x512 maskable']),
  );
  for (const { src, sizes, type } of icons) {
    const response = await page.request.get(new URL(src, host.url).href);
    expect(response.headers()['content-type']).toContain(type);
    if (type !== 'image/png') continue;
    expect((await decoded(page, src, 1)).size).toBe(sizes);
  }
});

test('what can be cut off an icon is its ground alone', async ({ app, page, host }) => {
  await app.open(host.url);
  const maskable = manifestOf(host).icons.find(({ purpose }) => purpose === 'maskable')!;
  for (const [src, safe] of [
    [maskable.src, 0.4],
    ['apple-touch-icon.png', 0.5],
  ] as const) {
    const { alpha, outside, colours } = await decoded(page, src, safe);
    expect(alpha, `${src} is opaque`).toBe(255);
    expect(outside, src).toEqual([]);
    expect(colours, src).toBe(3);
  }
});

test('both pages name manifest and icons, a viewport, a theme colour and a description', async ({ page, host }) => {
  for (const path of ['', 'bench.html']) {
    await page.goto(host.url + path);
    for (const selector of [
      'link[rel=manifest][href="./app.webmanifest"]',
      'link[rel=apple-touch-icon][href="./apple-touch-icon.png"]',
      'link[rel=icon]',
      'meta[name=viewport][content*="width=device-width"]',
      'meta[name=theme-color]',
      'meta[name=description]',
    ]) {
      expect(await page.locator(selector).count(), `${selector} of ${path}`).toBeGreaterThan(0);
    }
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  }
});

test.describe('as an app on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('it opens at its start address without a network, fits, and classifies a digit that is drawn by finger', async ({
    app,
    page,
    context,
    host,
  }) => {
    await app.open(host.url);
    await whenKept(page);
    await host.stop();
    await context.setOffline(true);
    const response = await page.goto(new URL(manifestOf(host).start_url, `${host.url}app.webmanifest`).href);
    expect([response!.status(), response!.fromServiceWorker()]).toEqual([200, true]);
    await app.ready();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await app.stepOnce();
    await app.pad.scrollIntoViewIfNeeded();
    const box = (await app.pad.boundingBox())!;
    const session = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y = 0): Promise<unknown> => {
      const touchPoints = type === 'touchEnd' ? [] : [{ x: box.x + box.width / 2, y: box.y + y * box.height }];
      return session.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    await touch('touchStart', 0.15);
    for (const y of [0.3, 0.5, 0.7, 0.85]) await touch('touchMove', y);
    await touch('touchEnd');
    await expect(app.prediction).toHaveText(/^\d$/);
    await expect(app.button('Clear')).toBeEnabled();
  });
});
