// SPDX-License-Identifier: MIT
//
// <tiny-cnn> as a teacher embeds it: by two lines, in a page of another origin. The package need not be built for the page.

import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { openElementSites, type ElementSites } from './element-sites';
import { drawings } from './page';
import type { TinyCNNElement, Trained } from 'tinycnn/element';

export { expect };

interface Embedding {
  /** Opens a page with this markup below the line that loads the element, and waits for the first network where there is one. */
  open: (markup: string, options?: { head?: string; headers?: Record<string, string> }) => Promise<void>;
  element: Locator;
}

export const test = base.extend<{ embedding: Embedding }, { elementSites: ElementSites }>({
  elementSites: [
    // Playwright reads the first parameter's pattern to learn what a fixture needs
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const sites = await openElementSites();
      await use(sites);
      await sites.close();
    },
    { scope: 'worker' },
  ],
  embedding: async ({ page, elementSites }, use) => {
    const crashes: string[] = [];
    page.on('pageerror', (error) => crashes.push(error.message));
    const open: Embedding['open'] = async (markup, { head = '', headers = {} } = {}) => {
      const script = `<script type="module" src="${elementSites.cdn}lib/tinycnn/element.js"></script>`;
      const body = markup.replaceAll('CDN/', elementSites.cdn);
      const frame = `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Blog</title>${head}</head>`;
      await page.goto(
        elementSites.page(`${frame}<body><main><h1>Blog</h1>\n${script}\n${body}\n</main></body></html>`, headers),
      );
    };
    await use({ open, element: page.locator('tiny-cnn').first() });
    expect(crashes, 'errors that nobody caught').toEqual([]);
  },
});

export const answer = (element: Locator): Locator => element.getByLabel('Answer');
export const message = (element: Locator): Locator => element.getByRole('alert');
/** What screen readers are told. */
export const spoken = (element: Locator): Locator => element.locator('.out-of-sight');
export const pad = (element: Locator): Locator => element.getByLabel('Draw a digit');
export const trainButton = (element: Locator): Locator => element.getByRole('button', { name: 'Train', exact: true });
/** Markup of a network that knows digits; `open` puts the address of the files in place of CDN/. */
export const digits = '<tiny-cnn model="tinycnn" weights="CDN/digits.json"></tiny-cnn>';

/** Whether the first network has been shown, at last. */
export const ready = (element: Locator): Promise<void> =>
  element.evaluate(async (found) => {
    await customElements.whenDefined('tiny-cnn');
    await (found as HTMLElement & { ready: Promise<void> }).ready;
  });

export async function draw(page: Page, element: Locator, digit: number): Promise<void> {
  await pad(element).scrollIntoViewIfNeeded();
  const box = (await pad(element).boundingBox())!;
  for (const stroke of drawings[digit]!) {
    for (const [i, [x, y]] of stroke.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 3 });
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
}

/** Clicks Pause as soon as the text beside the button is such a one; resolves with that text. */
export const pauseAt = (element: Locator, text: RegExp): Promise<string> =>
  element.evaluate(
    (found, expected) =>
      new Promise<string>((resolve) => {
        const train = found.shadowRoot!.querySelector('.train')!;
        const observer = new MutationObserver(() => {
          const now = train.querySelector('p')!.textContent;
          if (!expected.test(now)) return;
          observer.disconnect();
          train.querySelector('button')!.click();
          resolve(now);
        });
        observer.observe(train, { childList: true, subtree: true, characterData: true });
      }),
    text,
  );

/** Follows the event `trained`; gives what has been told so far. */
export async function listen(element: Locator): Promise<() => Promise<Trained[]>> {
  const told = await element.evaluateHandle((found: TinyCNNElement) => {
    const details: Trained[] = [];
    found.addEventListener('trained', ({ detail }) => details.push(detail));
    return details;
  });
  return () => told.jsonValue();
}

/** The pixels of a layer's picture as one text, to tell whether they changed. */
export const picture = (element: Locator, layer: string): Promise<string> =>
  element
    .getByRole('img', { name: new RegExp(`^${layer}: `) })
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
