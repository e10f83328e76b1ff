// SPDX-License-Identifier: MIT
//
// Every named network on the page: each can be chosen without a reload, learns by both of its recipes, and shows all of its layers, from
// phones to wide screens; and one that diverges says why and what to do. On synthetic digits.

import { loadEngine } from 'tinycnn';
import { sessionOptionsOf } from '../../web/src/shared/plan';
import { contactSheet, mostPictures } from '../../web/src/features/network/contact-sheet';
import { layerText } from '../../web/src/state/layer-texts';
import { expect, test } from './support/fixtures';
import type { Recipe, ZooEntry } from 'tinycnn';
import type { Page } from '@playwright/test';

const { zoo } = await loadEngine({ threads: 1 });
const wide = zoo.find(({ id }) => id === 'wide-593k')!;

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Whether each layer's canvases hold more than one colour. */
async function expectPictures(page: Page, { spec }: ZooEntry): Promise<void> {
  const flat = await page.evaluate(
    (names) =>
      names.filter((name) => {
        const all = document.querySelectorAll<HTMLCanvasElement>(`[data-testid="activation-${name}"] canvas`);
        return ![...all].some((canvas) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size > 1;
        });
      }),
    ['input', ...spec.layers.map(({ name }) => name)],
  );
  expect(flat, 'layers without a picture').toEqual([]);
}

/** Names of layers that are written over each other. */
const overlappingNames = (page: Page): Promise<string[]> =>
  page.locator('.layer-name strong').evaluateAll((names) => {
    const boxes = names.map((name) => name.getBoundingClientRect());
    return boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .map((b, j) => ({ b, text: `${names[i]!.textContent} and ${names[i + 1 + j]!.textContent}` }))
        .filter(({ b }) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map(({ text }) => text),
    );
  });

test('each network can be chosen, learns by all its recipes, and shows every layer', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  for (const entry of zoo) {
    await test.step(entry.id, async () => {
      await page.getByTestId('model-picker').selectOption(entry.id);
      await expect(
        page.getByText(`${entry.parameters.toLocaleString('en-US')} weights`, { exact: true }),
      ).toBeVisible();
      for (const recipe of ['published', 'best', 'recommended']) {
        await app.choose('recipe-picker', recipe);
        await app.waitForFigure('step', (step) => step === 0);
        await app.stepOnce();
        expect(await app.figure('train-loss')).toBeGreaterThan(0);
      }
      await expect.poll(() => page.locator('.layer').count()).toBe(entry.spec.layers.length + 1);
      await expectPictures(page, entry);
      expect(await overlappingNames(page)).toEqual([]);
      await expect(app.error).toHaveText('');
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    });
  }
});

test('a rate that is far too high is noticed, explained, and left behind', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByTestId('model-picker').selectOption(wide.id);
  await app.choose('recipe-picker', 'published');
  await app.button('Train').click();
  await expect(app.error).toContainText('learning rate 10 overshoot');
  await expect(app.error).toContainText('Rewind and train with a lower learning rate');
  await expect(app.button('Train')).toBeVisible();
  await app.button('Rewind to the start').click();
  await app.waitForFigure('step', (step) => step === 0);
  await expect(app.error).toHaveText('');

  await app.button('Train').click();
  await app.button('Use the recommended recipe').click();
  await app.openSettings();
  await expect(page.getByTestId('recipe-picker')).toHaveValue('recommended');
  await expect(app.error).toHaveText('');
  await app.waitForFigure('step', (step) => step === 0);
  await app.stepOnce();
  expect(await app.figure('train-loss')).toBeLessThan(5);
});

for (const width of [360, 768, 1280]) {
  test(`the longest and the widest network fit a window of ${width} px`, async ({ app, page, sites }) => {
    await page.setViewportSize({ width, height: 800 });
    await app.open(sites.withData);
    for (const id of ['bn-gap-12k', wide.id]) {
      await page.getByTestId('model-picker').selectOption(id);
      await expect(page.getByTestId('activation-conv4')).toBeAttached();
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
    const shown = page.getByTestId('activation-conv4').locator('.unit');
    await expect(shown).toHaveCount(mostPictures(width < 760));
  });
}

test('every kind of layer in the zoo is explained', () => {
  for (const { spec } of zoo) for (const { type } of spec.layers) expect(layerText(type).text, type).not.toBe('');
});

test('a contact sheet shows every value of its pictures, each as a square of its own', () => {
  for (const [flat, all] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    for (const shape of [
      [16, 26, 26],
      [9, 3, 3],
      [24, 14, 12],
      [256, 8, 8],
    ] as const) {
      const [count, height, width] = shape;
      const sheet = contactSheet(shape, { flat, all });
      expect(sheet.order).toHaveLength(sheet.width * sheet.height);
      const shown = new Set(sheet.order);
      shown.delete(-1);
      expect(shown.size).toBe((all ? count : Math.min(count, mostPictures(flat))) * height * width);
    }
  }
});

test.describe('a recipe on another data set than its own', () => {
  const { normalize } = wide.recipe;
  const recipe = (schedule: Recipe['schedule']): Recipe => ({
    ...{ title: 'Any', epochs: 4, batchSize: 100, optimizer: { type: 'adam' }, loss: { type: 'mse' } },
    ...{ emaDecay: 0.9, augment: { degrees: 5 }, normalize, schedule },
  });

  test('keeps all that it says', () => {
    const options = sessionOptionsOf(recipe({ type: 'constant' }), 60_000);
    expect({ title: 'Any', epochs: 4, ...options }).toEqual(recipe({ type: 'constant' }));
  });

  test('has its schedule over the same epochs', () => {
    const onAThird = (schedule: Recipe['schedule']) => sessionOptionsOf(recipe(schedule), 20_000).schedule;
    expect(onAThird({ type: 'oneCycle', totalSteps: 2400, warmupSteps: 60 })).toEqual({
      ...{ type: 'oneCycle', totalSteps: 800, warmupSteps: 20 },
    });
    expect(onAThird({ type: 'cosine', totalSteps: 2400, etaMin: 1e-5 })).toMatchObject({
      totalSteps: 800,
      etaMin: 1e-5,
    });
    expect(onAThird({ type: 'step', stepSize: 600, gamma: 0.5 })).toMatchObject({ stepSize: 200, gamma: 0.5 });
    const { gamma } = onAThird({ type: 'exponential', gamma: 0.99 }) as { gamma: number };
    expect(gamma ** 200).toBeCloseTo(0.99 ** 600, 10);
  });

  test('averages its weights over the same part of an epoch', () => {
    const averaged = { ...recipe({ type: 'constant' }), emaDecay: 0.998 };
    expect(sessionOptionsOf(averaged, 60_000).emaDecay).toBe(0.998);
    const onAThird = sessionOptionsOf(averaged, 20_000).emaDecay!;
    expect(onAThird ** 200).toBeCloseTo(0.998 ** 600, 10);
    expect(sessionOptionsOf({ ...averaged, emaDecay: 0 }, 20_000).emaDecay).toBe(0);
  });

  test('has the schedule as it is while there are no data', () => {
    const schedule = { type: 'cosine', totalSteps: 2400 } as const;
    expect(sessionOptionsOf(recipe(schedule), 0).schedule).toEqual(schedule);
  });
});
