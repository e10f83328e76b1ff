// SPDX-License-Identifier: MIT
//
// The inside of the network: its weights as pictures, and what in a digit its answer hangs on. Pure parts without a browser, then what a
// person sees and does, on synthetic digits.

import { loadEngine } from 'tinycnn';
import { reachAfter } from '../../web/src/insight/reach';
import { picturesAcross, weightAt, weightBeside, weightSheet } from '../../web/src/insight/weight-sheet';
import { shapeOf, weightedLayers } from '../../web/src/insight/layer-weights';
import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';
import type { LayerWeights } from '../../web/src/protocol-insight';
import { kDrawings } from './support/page';
import type { TinyCnnPage } from './support/page';

const engine = await loadEngine({ threads: 1 });

test.describe('a sheet of weights', () => {
  const kShapes = [
    { tiles: 4, channels: 1, height: 3, width: 3 },
    { tiles: 16, channels: 6, height: 5, width: 5 },
    { tiles: 4, channels: 128, height: 3, width: 3 },
    { tiles: 32, channels: 1, height: 28, width: 28 },
    { tiles: 24, channels: 16, height: 1, width: 1 },
    { tiles: 10, channels: 1, height: 1, width: 84 },
  ];

  test('shows every weight once, as a rectangle, in any room', () => {
    for (const shape of kShapes) {
      for (const room of [300, 560, 1100]) {
        const sheet = weightSheet(shape, room);
        const count = shape.tiles * shape.channels * shape.height * shape.width;
        expect(sheet.width, JSON.stringify(shape)).toBeLessThanOrEqual(room);
        const cells = new Map<number, number>();
        for (const weight of sheet.order) cells.set(weight, (cells.get(weight) ?? 0) + 1);
        cells.delete(-1);
        expect(cells.size).toBe(count);
        const { width, height } = sheet.boxOf(0);
        expect(new Set(cells.values())).toEqual(new Set([width * height]));
      }
    }
  });

  test('tells the weight at each point, and the arrow keys lead from any of them to its neighbours', () => {
    for (const shape of kShapes) {
      const sheet = weightSheet(shape, 560);
      const last = shape.tiles * shape.channels * shape.height * shape.width - 1;
      const { left, top } = sheet.boxOf(last);
      expect(weightAt(sheet, left + 0.5, top + 0.5)).toBe(last);
      expect(weightAt(sheet, -1, 0)).toBeNull();
      expect(weightBeside(sheet, 0, 'End')).toBe(last);
      expect(weightBeside(sheet, last, 'Home')).toBe(0);
      expect(weightBeside(sheet, 0, 'ArrowLeft')).toBe(0);
      expect(weightBeside(sheet, 0, 'Enter')).toBeNull();
      const right = weightBeside(sheet, 0, 'ArrowRight')!;
      expect(sheet.boxOf(right).left).toBeGreaterThan(sheet.boxOf(0).left);
      expect(sheet.boxOf(right).top).toBe(sheet.boxOf(0).top);
      expect(weightBeside(sheet, right, 'ArrowLeft')).toBe(0);
    }
  });

  test('lays the pictures of a filter out in whole rows', () => {
    for (const [channels, across] of [
      [1, 1],
      [4, 2],
      [6, 3],
      [32, 8],
      [128, 16],
    ] as const) {
      expect(picturesAcross(channels)).toBe(across);
    }
  });

  test('holds all weights of every layer of the zoo', () => {
    for (const { id, spec } of engine.zoo) {
      const session = engine.createSession({ model: id, seed: 1 });
      const parameters = new Map(session.parameters().map((each) => [each.name, each]));
      const layers = weightedLayers(session.summary.layers, spec.input);
      expect(layers.length, id).toBeGreaterThan(1);
      for (const layer of layers) {
        const { shape, data } = parameters.get(`${layer.name}.weight`)!;
        const bias = parameters.get(`${layer.name}.bias`)?.data ?? null;
        const [total = 0, ...rest] = shape;
        const seen = { layer: layer.name, first: 0, total, shape: rest, weight: data, bias } as unknown as LayerWeights;
        const { tiles, channels, height, width } = shapeOf(layer, seen);
        const both = layer.type.startsWith('batchNorm') ? data.length + bias!.length : data.length;
        expect(tiles * channels * height * width, `${id}, ${layer.name}`).toBe(both);
      }
      session.dispose();
    }
  });
});

test('a reach is close above what it must hold, and stays while that fits', () => {
  expect(reachAfter(undefined, 0.13)).toBe(0.15);
  expect(reachAfter(undefined, 0)).toBe(1);
  expect(reachAfter(0.15, 0.14)).toBe(0.15);
  expect(reachAfter(0.15, 0.151)).toBe(0.2);
  expect(reachAfter(0.15, 0.05)).toBe(0.05);
  expect(reachAfter(2, Number.NaN)).toBe(2);
});

/** The panels are loaded and work only where they can be seen. */
async function lookInside(page: Page): Promise<void> {
  await page.getByTestId('look-inside').evaluate((element) => {
    element.scrollIntoView({ block: 'start' });
  });
  await expect(page.getByTestId('weights-layer')).toBeVisible();
}

async function see(page: Page, name: string): Promise<void> {
  await page.getByRole('region', { name }).evaluate((element) => {
    element.scrollIntoView({ block: 'center' });
  });
}

const colors = (page: Page, selector: string): Promise<number> =>
  page.locator(selector).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

const picture = (page: Page, selector: string): Promise<string> =>
  page.locator(selector).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

const kSheet = '[data-testid="weight-sheet"] > canvas';
const sheetOf = (page: Page) => page.getByTestId('weight-sheet');

async function trainALittle(app: TinyCnnPage): Promise<void> {
  await app.button('Train').click();
  await app.waitForSteps(20);
  await app.button('Pause').click();
}

test.describe('the weights as pictures', () => {
  test.beforeEach(async ({ app, page, sites }) => {
    await app.open(sites.withData);
    await lookInside(page);
    await see(page, 'What it has learnt to look for');
  });

  test('change while it trains, and only then', async ({ app, page }) => {
    await expect(sheetOf(page)).toBeVisible();
    expect(await colors(page, kSheet)).toBeGreaterThan(10);
    const first = await picture(page, kSheet);
    await trainALittle(app);
    await see(page, 'What it has learnt to look for');
    await expect.poll(() => picture(page, kSheet)).not.toBe(first);
    const step = (await app.figure('step')).toLocaleString('en-US');
    await expect(
      page.getByText(`conv1 has 4 filters with 40 weights in all; at step ${step} they lie between`),
    ).toBeAttached();
    const trained = await picture(page, kSheet);
    await app.button('Rewind').click();
    await see(page, 'What it has learnt to look for');
    await expect.poll(() => picture(page, kSheet)).toBe(first);
    expect(trained).not.toBe(first);
  });

  test('say each weight under the pointer and by the arrow keys', async ({ page }) => {
    const panel = page.getByRole('region', { name: 'What it has learnt to look for' });
    await expect(panel.locator('.reading')).toHaveText('Point at a weight to read it.');
    await sheetOf(page).hover({ position: { x: 5, y: 20 } });
    await expect(panel.locator('.reading')).toHaveText(/^conv1, filter 1, row 1, column 1: −?0\.\d{4}; its bias −?\d/);
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
    await expect(page.getByText('one picture for each of the 4 of pool')).toBeVisible();
    await expect(sheetOf(page).locator('.tile')).toHaveCount(32);
  });

  test('come a few at a time where there are tens of thousands of kernels', async ({ page }) => {
    await page.getByTestId('model-picker').selectOption('wide-593k');
    await see(page, 'What it has learnt to look for');
    await page.getByTestId('weights-layer').selectOption('conv4');
    await expect(page.getByText('filters 1–4 of 256')).toBeVisible();
    const first = await picture(page, kSheet);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await expect(page.getByText('filters 5–8 of 256')).toBeVisible();
    await expect.poll(() => picture(page, kSheet)).not.toBe(first);
    await expect(sheetOf(page).locator('.tile').first()).toHaveText('5');
    await page.getByRole('button', { name: 'Previous', exact: true }).click();
    await expect.poll(() => picture(page, kSheet)).toBe(first);
  });
});

const kWhy = 'Why this answer?';
const kHeat = {
  saliency: '[data-testid="saliency"] > canvas',
  occlusion: '[data-testid="occlusion"] > canvas',
} as const;

test.describe('what the answer hangs on', () => {
  test.beforeEach(async ({ app, page, sites }) => {
    await app.open(sites.withData);
    await app.trainEpochs(1);
    await lookInside(page);
    await see(page, kWhy);
  });

  test('is shown over the digit at hand, and for another class and another digit anew', async ({ app, page }) => {
    const panel = page.getByRole('region', { name: kWhy });
    const read = await app.prediction.innerText();
    const step = (await app.figure('step')).toLocaleString('en-US');
    await expect(panel).toContainText(`at step ${step}.`);
    await expect(panel).toContainText(`The score of ${read} is `);
    await expect(panel).toContainText(new RegExp(`(Nothing costs more than|No single patch matters:).*${read} `));
    for (const map of Object.values(kHeat)) expect(await colors(page, map)).toBeGreaterThan(10);

    const before = await picture(page, kHeat.saliency);
    const other = read === '3' ? '5' : '3';
    await page.getByTestId('evidence-class').selectOption(other);
    await expect(panel).toContainText(`The score of ${other} is `);
    await expect(page.getByTestId('occlusion')).toHaveAccessibleName(`Occlusion for ${other}, by the arrow keys`);
    expect(await picture(page, kHeat.saliency)).not.toBe(before);

    const occluded = await picture(page, kHeat.occlusion);
    await app.button('Test digit').click();
    await see(page, kWhy);
    await expect.poll(() => picture(page, kHeat.occlusion)).not.toBe(occluded);
  });

  test('is said pixel by pixel under the pointer and by the arrow keys', async ({ page }) => {
    const [saliency, occlusion] = [page.getByTestId('saliency'), page.getByTestId('occlusion')];
    await expect(saliency).toHaveAttribute('aria-valuetext', /^The score of/);
    await occlusion.focus();
    await page.keyboard.press('Home');
    const corner = /^row 1, column 1 covered: \d stays at \d+\.\d %\.$/;
    await expect(occlusion).toHaveAttribute('aria-valuetext', corner);
    await expect(occlusion.locator('rect')).toHaveAttribute('width', '3');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect(saliency).toHaveAttribute('aria-valuetext', /^row 2, column 2: .*; a little more ink here /);
    const panel = page.getByRole('region', { name: kWhy });
    await saliency.hover({ position: { x: 100, y: 100 } });
    await expect(panel.locator('.reading').first()).toHaveText(
      /^row \d+, column \d+: −?\d+\.\d{3}; a little more ink here/,
    );
  });

  test('changes with the size of the patch', async ({ page }) => {
    const panel = page.getByRole('region', { name: kWhy });
    await expect(panel).toContainText(/Nothing costs more|No single patch/);
    const five = await picture(page, kHeat.occlusion);
    await page.getByTestId('evidence-patch').selectOption('9');
    await expect.poll(() => picture(page, kHeat.occlusion)).not.toBe(five);
    await page.getByTestId('occlusion').hover({ position: { x: 120, y: 120 } });
    await expect(page.getByTestId('occlusion').locator('rect')).toHaveAttribute('width', '9');
  });

  test('is shown for a drawn digit, and not without one', async ({ app, page }) => {
    await app.draw(kDrawings['1']!);
    await see(page, kWhy);
    await expect(page.getByRole('region', { name: kWhy })).toContainText(
      `The score of ${await app.prediction.innerText()} is `,
    );
    await app.button('Clear').click();
    await expect(page.getByRole('region', { name: kWhy })).toContainText('Nothing is at hand');
  });
});

test('what the answer hangs on can be had of every network, and the widest leaves the page awake', async ({
  app,
  page,
  sites,
}) => {
  test.setTimeout(180_000);
  await app.open(sites.withData);
  await lookInside(page);
  const panel = page.getByRole('region', { name: kWhy });
  for (const { id } of engine.zoo) {
    await page.getByTestId('model-picker').selectOption(id);
    await app.waitForFigure('step', (step) => step === 0);
    await app.stepOnce();
    await see(page, kWhy);
    await expect(panel, id).toContainText('at step 1.');
    await expect(panel, id).toContainText(/The score of \d is /);
    if (id !== 'wide-593k') continue;
    // Covering every patch takes it seconds, in which another digit is read all the same.
    await app.button('Clear').click();
    await expect(app.prediction).toHaveText('');
    const from = Date.now();
    await app.button('Test digit').click();
    await expect(app.prediction).not.toHaveText('');
    expect(Date.now() - from).toBeLessThan(1500);
    await expect(panel).toContainText(/Nothing costs more|No single patch/);
  }
});

test('every layer of every network that learns has its pictures', async ({ app, page, sites }) => {
  test.setTimeout(120_000);
  await app.open(sites.withData);
  for (const { id, spec } of engine.zoo) {
    await page.getByTestId('model-picker').selectOption(id);
    await lookInside(page);
    const names = spec.layers.filter(({ type }) => /conv|linear|batchNorm/.test(type)).map(({ name }) => name);
    const options = page.getByTestId('weights-layer').locator('option');
    await expect
      .poll(() => options.evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value)), id)
      .toEqual(names);
    for (const name of names) {
      await page.getByTestId('weights-layer').selectOption(name);
      await expect(page.getByText(`${name} has `), `${id}, ${name}`).toBeAttached();
      await expect.poll(() => colors(page, kSheet), `${id}, ${name}`).toBeGreaterThan(1);
    }
  }
});

test('nothing of it is loaded before it comes near', async ({ app, page, sites }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.setViewportSize({ width: 1280, height: 500 });
  await app.open(sites.withData);
  expect(asked.filter((url) => url.includes('insight'))).toEqual([]);
  await lookInside(page);
  expect(asked.filter((url) => url.includes('insight')).length).toBeGreaterThan(0);
});

for (const width of [360, 768]) {
  test(`it fits a window of ${width} px`, async ({ app, page, sites }) => {
    await page.setViewportSize({ width, height: 800 });
    await app.open(sites.withData);
    await lookInside(page);
    for (const layer of ['conv1', 'conv2', 'fc1', 'fc2']) {
      await page.getByTestId('weights-layer').selectOption(layer);
      await expect(page.getByText(`${layer} has `)).toBeAttached();
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
    await lookInside(page);
    await expect(sheetOf(page)).toBeVisible();
    expect(await axeViolations(page)).toEqual([]);
  });
}
