// SPDX-License-Identifier: MIT
//
// The inside of the network as a person sees it: its weights as pictures, how they and their gradients are spread, and what in a digit its
// answer hangs on. On synthetic digits.

import { loadEngine } from 'tinycnn';
import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import { drawings } from './support/page';
import type { Page } from '@playwright/test';
import type { TinyCnnPage } from './support/page';

const engine = await loadEngine({ threads: 1 });

const kernels = 'Learned weights';
const spread = 'Weight and gradient distributions';
const why = 'Which pixels support this answer';

/** The panels are loaded and work only where they can be seen. */
async function lookInside(app: TinyCnnPage): Promise<void> {
  await app.openTab('Inside the network');
  await app.page.getByTestId('look-inside').evaluate((element) => {
    element.scrollIntoView({ block: 'start' });
  });
  await expect(app.page.getByTestId('weights-layer')).toBeVisible();
}

async function see(page: Page, name: string): Promise<void> {
  await page.getByRole('region', { name }).evaluate((element) => {
    element.scrollIntoView({ block: 'start' });
  });
}

/** A test that comes in between makes what stands above higher: it is looked for until it is there. */
const whileSeen = (page: Page, name: string, check: () => Promise<void>): Promise<void> =>
  expect(async () => {
    await see(page, name);
    await check();
  }).toPass({ intervals: [50, 200, 500] });

const colors = (page: Page, selector: string): Promise<number> =>
  page.locator(selector).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

const picture = (page: Page, selector: string): Promise<string> =>
  page.locator(selector).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

const sheet = '[data-testid="weight-sheet"] > canvas';
const sheetOf = (page: Page) => page.getByTestId('weight-sheet');

/** Trains 20 more steps. Training stops there by itself, not in the middle of a test, whose result moves what stands below. */
async function trainALittle(app: TinyCnnPage): Promise<void> {
  const last = (await app.figure('step')) + 20;
  await app.stopAt('step', last);
  await app.button('Train').click();
  await app.waitForFigure('step', (step) => step === last);
  await expect(app.button('Train')).toBeVisible();
}

/** Trains one epoch, which ends with its test. */
async function trainAnEpoch(app: TinyCnnPage): Promise<void> {
  await app.stopAt('epoch', 1);
  await app.button('Train').click();
  await expect(app.page.getByTestId('headline')).toHaveText(/Finished\.$/);
}

test('what was chosen to look at inside comes with the link, and leaves it when it is as at first', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#weights=fc1&class=3&patch=7`);
  await lookInside(app);
  const choices = { 'weights-layer': 'fc1', 'evidence-class': '3', 'evidence-patch': '7' };
  for (const [id, value] of Object.entries(choices)) await expect(page.getByTestId(id)).toHaveValue(value);
  await page.getByTestId('weights-layer').selectOption('fc2');
  await page.getByTestId('evidence-patch').selectOption('5');
  await expect(page).toHaveURL(/#panel=inside&class=3&weights=fc2$/);
  await page.getByTestId('weights-layer').selectOption('conv1');
  await page.getByTestId('evidence-class').selectOption('');
  await expect(page).toHaveURL(/#panel=inside$/);
});

test.describe('the weights as pictures', () => {
  test.beforeEach(async ({ app, page, sites }) => {
    await app.open(sites.withData);
    await lookInside(app);
    await see(page, kernels);
  });

  test('change while it trains, and only then', async ({ app, page }) => {
    await expect(sheetOf(page)).toBeVisible();
    await expect.poll(() => colors(page, sheet)).toBeGreaterThan(10); // it is painted after it is laid out
    const first = await picture(page, sheet);
    await trainALittle(app);
    await whileSeen(page, kernels, async () => {
      const step = (await app.figure('step')).toLocaleString('en-US');
      expect(await page.getByText(/^conv1 has/).textContent()).toContain(
        `conv1 has 4 filters with 40 weights in total; at step ${step} they are between`,
      );
    });
    expect(await picture(page, sheet)).not.toBe(first);
    await app.button('Rewind').click();
    await whileSeen(page, kernels, async () => {
      expect(await picture(page, sheet)).toBe(first);
    });
  });

  test('say each weight under the pointer and by the arrow keys', async ({ page }) => {
    const panel = page.getByRole('region', { name: 'Learned weights' });
    await expect(panel.locator('.reading')).toHaveText('Point at a weight to see its value.');
    await sheetOf(page).hover({ position: { x: 5, y: 20 } });
    await expect(panel.locator('.reading')).toHaveText(/^conv1, filter 1, row 1, column 1: −?0\.\d{4}; bias −?\d/);
    await sheetOf(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await expect(sheetOf(page)).toHaveAttribute('aria-valuetext', /^conv1, filter 1, row 2, column 2: −?\d\.\d{4}/);
    await page.keyboard.press('End');
    await expect(sheetOf(page)).toHaveAttribute('aria-valuetext', /^conv1, filter 4, row 3, column 3: /);
  });

  test('can be had of every layer that learns; the last one’s rows are named by the classes', async ({ page }) => {
    await page.getByTestId('weights-layer').selectOption('fc2');
    await expect(sheetOf(page).locator('.tile')).toHaveText(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    await sheetOf(page).focus();
    await page.keyboard.press('End');
    await expect(sheetOf(page)).toHaveAttribute('aria-valuetext', /^fc2, unit 10 \(class 9\), for unit 32 of relu3: /);
    await page.getByTestId('weights-layer').selectOption('fc1');
    await expect(page.getByText('one picture for each of the 4 channels of pool')).toBeVisible();
    await expect(sheetOf(page).locator('.tile')).toHaveCount(32);
  });

  test('come a few at a time where there are tens of thousands of kernels', async ({ page }) => {
    await page.getByTestId('model-picker').selectOption('wide-593k');
    await see(page, kernels);
    await page.getByTestId('weights-layer').selectOption('conv4');
    await expect(page.getByText('filters 1–4 of 256')).toBeVisible();
    await expect.poll(() => colors(page, sheet)).toBeGreaterThan(10);
    const first = await picture(page, sheet);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await expect(page.getByText('filters 5–8 of 256')).toBeVisible();
    await expect.poll(() => picture(page, sheet)).not.toBe(first);
    await expect(sheetOf(page).locator('.tile').first()).toHaveText('5');
    await page.getByRole('button', { name: 'Previous', exact: true }).click();
    await expect.poll(() => picture(page, sheet)).toBe(first);
  });
});

const sliderOf = (page: Page, layer: string) =>
  page.getByRole('slider', { name: `Weights and gradients of ${layer} over the steps` });

test.describe('how weights and gradients are spread', () => {
  test.beforeEach(async ({ app, page, sites }) => {
    await app.open(sites.withData);
    await lookInside(app);
    await see(page, spread);
    await expect(sliderOf(page, 'conv1')).toBeVisible();
  });

  const chart = (layer: string, kind: string): string => `[data-chart="${layer}/${kind}"] canvas`;

  test('is drawn for every layer from the first step on, and begins anew with a new run', async ({ app, page }) => {
    const region = page.getByRole('region', { name: spread });
    await expect(region.getByRole('slider')).toHaveCount(4);
    await expect(region).toContainText('The gradients are those of the loss on 64 fixed training digits');
    const before = await picture(page, chart('fc1', 'gradients'));
    for (let epoch = 0; epoch < 3; ++epoch) {
      await trainALittle(app);
      await see(page, spread);
      await expect.poll(() => sliderOf(page, 'fc1').getAttribute('aria-valuemax').then(Number)).toBeGreaterThan(epoch);
    }
    expect(await picture(page, chart('fc1', 'gradients'))).not.toBe(before);
    for (const layer of ['conv1', 'conv2', 'fc1', 'fc2']) {
      for (const kind of ['weights', 'gradients']) {
        expect(await colors(page, chart(layer, kind)), `${layer} ${kind}`).toBeGreaterThan(3);
      }
    }
    await app.button('New seed').click();
    await see(page, spread);
    await expect(sliderOf(page, 'fc1')).toHaveAttribute('aria-valuemax', '0');
    await expect(sliderOf(page, 'fc1')).toHaveAttribute('aria-valuetext', /^Step 0: /);
  });

  test('is said at each moment under the pointer and by the arrow keys, of all layers at once', async ({
    app,
    page,
  }) => {
    await trainALittle(app);
    await see(page, spread);
    await expect.poll(() => sliderOf(page, 'conv1').getAttribute('aria-valuemax').then(Number)).toBeGreaterThan(0);
    await sliderOf(page, 'conv1').focus();
    await page.keyboard.press('Home');
    const said =
      /^Step 0: weights: 5 % are below −\S+, half below \S+, 95 % below \S+; minimum \S+, maximum \S+\. gradients: 5 % are below /;
    await expect(sliderOf(page, 'conv1')).toHaveAttribute('aria-valuetext', said);
    await expect(sliderOf(page, 'fc2')).toHaveAttribute('aria-valuetext', /^Step 0: /);
    await page.keyboard.press('ArrowRight');
    await expect(sliderOf(page, 'conv1')).toHaveAttribute('aria-valuetext', /^Step [1-9]/);
    await page.locator('[data-chart="conv2/gradients"] .distribution-picture').hover({ position: { x: 3, y: 20 } });
    await expect(page.getByRole('region', { name: spread })).toContainText('at step 0');
  });

  test('can be drawn to one scale for all layers', async ({ page }) => {
    const ends = (): Promise<string[]> =>
      page.locator('[data-chart$="/gradients"] .axis-end:first-child').allInnerTexts();
    expect(new Set(await ends()).size).toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Same scale for all layers' }).click();
    await expect.poll(async () => new Set(await ends()).size).toBe(1);
  });

  test('is measured only in sight, unless it is to go on', async ({ app, page }) => {
    const asked = (): Promise<number> => sliderOf(page, 'conv1').getAttribute('aria-valuemax').then(Number);
    const away = (): Promise<void> =>
      page.evaluate(() => {
        scrollTo(0, 0);
      });
    await page.setViewportSize({ width: 1280, height: 500 });
    await away();
    await trainALittle(app);
    await trainALittle(app);
    expect(await asked()).toBe(0);
    await see(page, spread);
    await page.getByRole('button', { name: 'Measure in the background' }).click();
    await expect.poll(asked).toBe(1);
    await away();
    await trainALittle(app);
    await expect.poll(asked).toBeGreaterThan(1);
  });
});

test('how weights and gradients are spread can be had of every network', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await lookInside(app);
  for (const { id, spec } of engine.zoo) {
    await page.getByTestId('model-picker').selectOption(id);
    await app.waitForFigure('step', (step) => step === 0);
    await see(page, spread);
    const names = spec.layers.filter(({ type }) => /conv|linear|batchNorm/.test(type)).map(({ name }) => name);
    await expect(page.locator('.distribution-name'), id).toHaveText(names);
    for (const name of names) {
      await expect(sliderOf(page, name), `${id}, ${name}`).toHaveAttribute(
        'aria-valuetext',
        /gradients: 5 % are below/,
      );
    }
  }
});

const heat = {
  saliency: '[data-testid="saliency"] > canvas',
  occlusion: '[data-testid="occlusion"] > canvas',
} as const;

test.describe('what the answer hangs on', () => {
  test.beforeEach(async ({ app, page, sites }) => {
    await app.open(sites.withData);
    await trainAnEpoch(app);
    await lookInside(app);
    await see(page, why);
  });

  test('is shown over the digit at hand, and for another class and another digit anew', async ({ app, page }) => {
    const panel = page.getByRole('region', { name: why });
    const read = await app.prediction.innerText();
    await whileSeen(page, why, async () => {
      const step = (await app.figure('step')).toLocaleString('en-US');
      expect(await panel.textContent()).toContain(`at step ${step}.`);
    });
    await expect(panel).toContainText(`The score of ${read} is `);
    await expect(panel).toContainText(
      new RegExp(`(The largest drop:|No single patch matters:|No patch lowers it\\.).*${read} `),
    );
    for (const map of Object.values(heat)) expect(await colors(page, map)).toBeGreaterThan(10);

    const before = await picture(page, heat.saliency);
    const other = read === '3' ? '5' : '3';
    await page.getByTestId('evidence-class').selectOption(other);
    await expect(panel).toContainText(`The score of ${other} is `);
    await expect(page.getByTestId('occlusion')).toHaveAccessibleName(`Occlusion for ${other}; use the arrow keys`);
    expect(await picture(page, heat.saliency)).not.toBe(before);

    const occluded = await picture(page, heat.occlusion);
    await app.button('Next test digit').click(); // a random one may be the same
    await see(page, why);
    await expect.poll(() => picture(page, heat.occlusion)).not.toBe(occluded);
  });

  test('is said pixel by pixel under the pointer and by the arrow keys', async ({ page }) => {
    const [saliency, occlusion] = [page.getByTestId('saliency'), page.getByTestId('occlusion')];
    await expect(saliency).toHaveAttribute('aria-valuetext', /^The score of/);
    await occlusion.focus();
    await page.keyboard.press('Home');
    const corner = /^row 1, column 1 covered: \d stays at \d+\.\d\s%\.$/;
    await expect(occlusion).toHaveAttribute('aria-valuetext', corner);
    await expect(occlusion.locator('rect')).toHaveAttribute('width', '3');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect(saliency).toHaveAttribute('aria-valuetext', /^row 2, column 2: .*; a little more ink here /);
    const panel = page.getByRole('region', { name: why });
    await whileSeen(page, why, async () => {
      await saliency.hover({ position: { x: 100, y: 100 } });
      await expect(panel.locator('.reading').first()).toHaveText(
        /^row \d+, column \d+: −?\d+\.\d{3}; a little more ink here/,
        { timeout: 1000 },
      );
    });
  });

  test('changes with the size of the patch', async ({ page }) => {
    const panel = page.getByRole('region', { name: why });
    await expect(panel).toContainText(/The largest drop|No single patch|No patch lowers/);
    const five = await picture(page, heat.occlusion);
    await page.getByTestId('evidence-patch').selectOption('9');
    await expect.poll(() => picture(page, heat.occlusion)).not.toBe(five);
    await page.getByTestId('occlusion').hover({ position: { x: 120, y: 120 } });
    await expect(page.getByTestId('occlusion').locator('rect')).toHaveAttribute('width', '9');
  });

  test('is shown for a drawn digit, and not without one', async ({ app, page }) => {
    await app.draw(drawings['1']!);
    await app.whenRead();
    await see(page, why);
    await expect(page.getByRole('region', { name: why })).toContainText(
      `The score of ${await app.prediction.innerText()} is `,
    );
    await app.button('Clear').click();
    await expect(page.getByRole('region', { name: why })).toContainText('No input');
  });
});

test('what the answer hangs on can be had of every network, and the widest leaves the page awake', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await lookInside(app);
  const panel = page.getByRole('region', { name: why });
  for (const { id } of engine.zoo) {
    await page.getByTestId('model-picker').selectOption(id);
    await app.waitForFigure('step', (step) => step === 0);
    await app.stepOnce();
    await see(page, why);
    await expect(panel, id).toContainText('at step 1.');
    await expect(panel, id).toContainText(/The score of \d is /);
    if (id !== 'wide-593k') continue;
    // Covering every patch takes it seconds, in which another digit is read all the same.
    await app.button('Clear').click();
    await expect(app.prediction).toHaveText('');
    const whenRead = app.prediction.evaluate(
      (prediction, occlusion) =>
        new Promise<string>((resolve) => {
          new MutationObserver(() => {
            if (prediction.textContent === '') return;
            resolve(document.querySelector<HTMLCanvasElement>(occlusion)!.toDataURL());
          }).observe(prediction, { childList: true, subtree: true, characterData: true });
        }),
      heat.occlusion,
    );
    await app.button('Next test digit').click();
    const before = await whenRead;
    await expect.poll(() => picture(page, heat.occlusion)).not.toBe(before);
  }
});

test('every layer of every network that learns has its pictures', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  for (const { id, spec } of engine.zoo) {
    await page.getByTestId('model-picker').selectOption(id);
    await lookInside(app);
    const names = spec.layers.filter(({ type }) => /conv|linear|batchNorm/.test(type)).map(({ name }) => name);
    const options = page.getByTestId('weights-layer').locator('option');
    await expect
      .poll(() => options.evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value)), id)
      .toEqual(names);
    for (const name of names) {
      await page.getByTestId('weights-layer').selectOption(name);
      await whileSeen(page, kernels, async () => {
        await expect(page.getByText(`${name} has `), `${id}, ${name}`).toBeAttached({ timeout: 1000 });
        expect(await colors(page, sheet), `${id}, ${name}`).toBeGreaterThan(1);
      });
    }
  }
});

test('nothing of it is loaded before it comes near', async ({ app, page, sites }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.setViewportSize({ width: 1280, height: 500 });
  await app.open(sites.withData);
  expect(asked.filter((url) => url.includes('insight'))).toEqual([]);
  await lookInside(app);
  expect(asked.filter((url) => url.includes('insight')).length).toBeGreaterThan(0);
});

for (const width of [360, 768]) {
  test(`it fits a window of ${width} px`, async ({ app, page, sites }) => {
    await page.setViewportSize({ width, height: 800 });
    await app.open(sites.withData);
    await lookInside(app);
    for (const layer of ['conv1', 'conv2', 'fc1', 'fc2']) {
      await page.getByTestId('weights-layer').selectOption(layer);
      await whileSeen(page, kernels, async () => {
        await expect(page.getByText(`${layer} has `)).toBeAttached({ timeout: 1000 });
      });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), layer).toBeLessThanOrEqual(
        0,
      );
    }
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in it in the ${colorScheme} theme`, async ({ app, page, sites }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.open(sites.withData);
    await trainALittle(app);
    await lookInside(app);
    await expect(sheetOf(page)).toBeVisible();
    expect(await axeViolations(page)).toEqual([]);
  });
}
