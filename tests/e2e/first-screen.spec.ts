// SPDX-License-Identifier: MIT
//
// The first screen as a visitor sees it: the story of the first seconds, told by steps and not by the clock; nothing that jumps; what fits on
// a phone, on a laptop and on larger screens. On synthetic digits.

import { savedAt } from './support/kept';
import { drawings } from './support/page';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';

interface Recorded {
  headlines: string[];
  steps: number[];
  shift: number;
}

/** Notes from the first moment on what the page says, and how far it moves anything by itself. */
async function record(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const recorded: Recorded = { headlines: [], steps: [], shift: 0 };
    Object.assign(globalThis, { recorded });
    const note = <T>(list: T[], value: T): void => {
      if (list.at(-1) !== value) list.push(value);
    };
    new MutationObserver(() => {
      const text = (id: string): string => document.querySelector(`[data-testid="${id}"]`)?.textContent ?? '';
      if (text('headline') !== '') note(recorded.headlines, text('headline'));
      if (text('step') !== '') note(recorded.steps, Number(text('step')));
    }).observe(document, { childList: true, subtree: true, characterData: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) recorded.shift += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

const recorded = (page: Page): Promise<Recorded> =>
  page.evaluate(() => (globalThis as unknown as { recorded: Recorded }).recorded);

const accuracyIn = (headline: string): number => Number(/^([\d.]+) % of unseen digits after/.exec(headline)?.[1]);

test.describe('on a first visit', () => {
  test.use({ firstVisit: true });

  test('the first seconds tell how it learns: guessing, single steps, then ever better answers', async ({
    app,
    page,
    sites,
  }) => {
    await record(page);
    await page.goto(sites.withData);
    await app.waitForSteps(600);
    const { headlines, steps } = await recorded(page);
    expect(headlines).toContain('Untrained: just guessing');
    expect(headlines.find((text) => text.startsWith('Still guessing after'))).toMatch(
      /^Still guessing after \d+ images$/,
    );
    const accuracies = headlines.map(accuracyIn).filter((accuracy) => !Number.isNaN(accuracy));
    expect(accuracies[0], 'the first share that is more than guessing').toBeLessThan(70);
    expect(accuracies.at(-1), 'the share in the end').toBeGreaterThan(80);
    const first = steps.filter((step) => step > 0).slice(0, 8);
    expect(Math.max(...first), `the first steps that were shown: ${first.join(', ')}`).toBeLessThan(14);
    await expect(page.getByTestId('live-curve')).toHaveAccessibleName(
      /^The training loss went from 2\.\d\d at step 1 to [01]\.\d\d at step \d+\.$/,
    );
  });

  test('Skip ends the slow beginning', async ({ app, page, sites }) => {
    await page.goto(sites.withData);
    await app.button('Skip').click();
    await expect(app.button('Slow')).toBeVisible();
    await expect(app.button('Slow')).toHaveAttribute('aria-pressed', 'false');
    await app.waitForSteps(300);
  });

  test('who wants less motion has no slow beginning', async ({ app, page, sites }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(sites.withData);
    await app.waitForSteps(1);
    await expect(app.button('Skip')).toHaveCount(0);
  });

  for (const size of [
    { width: 1366, height: 768 },
    { width: 390, height: 844 },
  ]) {
    test(`nothing jumps while it loads, trains and is drawn on, ${size.width} pixels wide`, async ({
      app,
      page,
      sites,
    }) => {
      await page.setViewportSize(size);
      await record(page);
      await page.goto(sites.withData);
      await app.waitForSteps(300);
      await app.draw(drawings[3]!);
      await expect(app.prediction).toHaveText(/^\d$/);
      expect((await recorded(page)).shift).toBeLessThan(0.02);
    });
  }
});

test('slow training shows single steps, and full speed is one press away', async ({ app, page, sites }) => {
  await record(page);
  await app.open(sites.withData);
  await app.button('Slow').click();
  await app.button('Train').click();
  await app.waitForSteps(3);
  const { steps } = await recorded(page);
  expect(steps.slice(0, 4)).toEqual([0, 1, 2, 3]);
  await app.button('Slow').click();
  await app.waitForSteps(200);
});

test('the first screen of a phone holds pad and answer', async ({ app, page, sites }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await app.open(sites.withData);
  await expect(app.pad).toBeInViewport({ ratio: 1 });
  await expect(app.prediction).toBeInViewport({ ratio: 1 });
  await expect(page.getByTestId('activation-softmax')).toBeInViewport({ ratio: 1 });
  await expect(app.button('Train')).toBeInViewport({ ratio: 1 });
  const screens = await page.evaluate(() => document.documentElement.scrollHeight / innerHeight);
  expect(screens).toBeLessThan(8);
});

test('on a phone the network is swiped through, layer by layer, and each can be gone to', async ({
  app,
  page,
  sites,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await app.open(sites.withData);
  const last = page.getByTestId('activation-fc2');
  await expect(last).not.toBeInViewport();
  await app.button('fc2').click();
  await expect(last).toBeInViewport();
  await expect(app.button('fc2')).toHaveAttribute('aria-pressed', 'true');
});

for (const [width, height, least] of [
  [1366, 768, 72],
  [1920, 1080, 110],
  [2560, 1440, 160],
] as const) {
  test(`the maps use the room that there is, and the screen holds all of the network, ${width} pixels wide`, async ({
    app,
    page,
    sites,
  }) => {
    await page.setViewportSize({ width, height });
    await app.open(sites.withData);
    const map = page.locator('[data-unit="conv2/0"] canvas');
    await expect.poll(async () => (await map.boundingBox())!.width).toBeGreaterThanOrEqual(least);
    for (const layer of ['input', 'conv1', 'relu1', 'conv2', 'relu2', 'pool', 'flatten', 'fc1', 'relu3', 'fc2']) {
      await expect(page.getByTestId(`activation-${layer}`), layer).toBeInViewport({ ratio: 1 });
    }
    await expect(app.pad).toBeInViewport({ ratio: 1 });
    await expect(page.getByTestId('activation-softmax')).toBeInViewport({ ratio: 1 });
    await expect(page.getByTestId('live-curve')).toBeInViewport({ ratio: 1 });
  });
}

test('a network that is wider than its room says so, and each layer can be gone to', async ({ app, page, sites }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await app.open(`${sites.withData}#model=lenet5`);
  const last = page.getByTestId('activation-fc3');
  const layers = page.getByRole('group', { name: /^All layers/ });
  await expect(layers.getByRole('button', { name: 'input' })).toHaveAttribute('aria-pressed', 'true');
  await expect(layers.getByRole('button', { name: 'fc3' })).toHaveAttribute('aria-pressed', 'false');
  await layers.getByRole('button', { name: 'fc3' }).click();
  await expect(last).toBeInViewport({ ratio: 0.9 });
  await expect(layers.getByRole('button', { name: 'fc3' })).toHaveAttribute('aria-pressed', 'true');
});

for (const [model, unit] of [
  ['tinycnn', 'conv2/1'],
  ['lenet5', 'conv1/2'],
] as const) {
  test(`an opened channel of ${model} is in sight as a whole on a laptop`, async ({ app, page, sites }) => {
    await page.setViewportSize({ width: 1366, height: 768 });
    await app.open(`${sites.withData}#model=${model}`);
    await page.locator(`[data-unit="${unit}"]`).click();
    for (const id of ['input', 'patch', 'kernel', 'products', 'sum', 'activation', 'output']) {
      await expect(page.getByTestId(`detail-${id}`), id).toBeInViewport({ ratio: 1 });
    }
    await expect(app.button('Play cell by cell')).toBeInViewport({ ratio: 1 });
  });
}

test('by keyboard the pad is two keys away', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to drawing' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(app.pad).toBeFocused();
});

test('Back closes the settings and stays on the page', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.openSettings();
  await page.goBack();
  await expect(page.locator('#settings')).toBeHidden();
  await expect(app.button('Settings')).toBeFocused();
  await page.goForward();
  await expect(page.locator('#settings')).toBeVisible();
  await app.closeSettings();
  await page.locator('[data-unit="conv1/0"]').click();
  await expect(page.getByTestId('detail')).toBeVisible();
  await page.goBack();
  await expect(page.getByTestId('detail')).toHaveCount(0);
});

for (const [what, site, asks] of [
  ['that the browser does not keep', 'fullStorage', ['beforeunload']],
  ['unless the browser keeps it', 'withData', []],
] as const) {
  test(`leaving asks when a network would be lost that the visitor has trained, ${what}`, async ({
    app,
    page,
    sites,
  }) => {
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await app.open(sites[site]);
    await page.reload();
    await app.ready();
    expect(asked).toEqual([]);
    await app.trainEpochs(1);
    if (asks.length === 0) await savedAt(app, await app.figure('step'));
    await page.reload();
    await app.ready();
    expect(asked).toEqual(asks);
  });
}

test('for a projector type is larger and there are fewer parts, also after a reload', async ({ app, page, sites }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await app.open(sites.withData);
  const size = (): Promise<number> =>
    page.getByTestId('headline').evaluate((text) => Number.parseFloat(getComputedStyle(text).fontSize));
  const before = await size();
  await app.openSettings();
  await page.getByLabel(/^For a projector/).check();
  await app.closeSettings();
  expect(await size()).toBeGreaterThan(1.15 * before);
  await expect(page.locator('#tabs')).toBeHidden();
  await page.reload();
  await app.ready();
  await expect(page.locator('#tabs')).toBeHidden();
});
