// SPDX-License-Identifier: MIT
//
// What a visitor changes of a recipe: what it makes of the run, what starts over, and how a link brings it to somebody else. On synthetic
// digits.

import { expect, test } from './support/fixtures';
import { fromHash, firstLink, toHash } from '../../web/src/state/page-link';
import { changedRecipe } from '../../web/src/shared/recipe-changes';
import { rateFactor, ratesOver } from '../../web/src/shared/recipe-rates';
import { recipeOf } from '../../web/src/shared/recipes';
import type { Recipe, ZooEntry } from 'tinycnn';
import type { PageLink } from '../../web/src/state/page-link';

const recipe: Recipe = {
  title: 'a recipe',
  epochs: 10,
  batchSize: 32,
  optimizer: { type: 'adam', learningRate: 0.005 },
  schedule: { type: 'cosine', totalSteps: 18_750 },
  loss: { type: 'crossEntropy' },
  emaDecay: 0,
  augment: { degrees: 8, generated: 0.4 },
  normalize: { mean: 0.1307, std: 0.3081 },
};

test.describe('a recipe', () => {
  test('stays what it is without changes', () => {
    expect(changedRecipe(recipe, {})).toBe(recipe);
  });

  test('ends its schedule with its last epoch, whatever the batch size', () => {
    const { schedule } = changedRecipe(recipe, { batchSize: 100, epochs: 2 });
    expect(schedule).toEqual({ type: 'cosine', totalSteps: 1200 });
  });

  test('takes the rate that suits another optimizer, unless one was typed', () => {
    expect(changedRecipe(recipe, { optimizer: 'sgd' }).optimizer).toEqual({
      type: 'sgd',
      learningRate: 0.05,
      momentum: 0.9,
    });
    expect(changedRecipe(recipe, { optimizer: 'sgd', learningRate: 0.2 }).optimizer.learningRate).toBe(0.2);
  });

  test('keeps its synthetic digits when its augmentation is another', () => {
    expect(changedRecipe(recipe, { augmentation: 'strong' }).augment).toMatchObject({ generated: 0.4, degrees: 15 });
  });

  test('has nothing of its augmentation when that is off, but the synthetic digits that are asked for', () => {
    expect(changedRecipe(recipe, { augmentation: 'none' }).augment).toEqual({});
    expect(changedRecipe(recipe, { augmentation: 'none', synthetic: 0.2 }).augment).toEqual({ generated: 0.2 });
    expect(changedRecipe(recipe, { synthetic: 0 }).augment).toEqual({ degrees: 8 });
    expect(changedRecipe(recipe, { synthetic: 1 }, false).augment, 'not of digits').toEqual({ degrees: 8 });
  });

  test('has a cutout and mixup beside whatever else it augments, synthetic digits included', () => {
    const wanted = { cutout: 8, mixup: 0.2 };
    expect(changedRecipe(recipe, wanted).augment).toEqual({ degrees: 8, generated: 0.4, ...wanted });
    expect(changedRecipe(recipe, { ...wanted, augmentation: 'none' }).augment).toEqual(wanted);
    const { augment: none, ...plain } = recipe;
    expect(none).toBeDefined();
    expect(changedRecipe(plain, { cutout: 8 }).augment).toEqual({ cutout: 8 });
    const mixed = changedRecipe(recipe, wanted);
    expect(changedRecipe(mixed, { cutout: 0 }).augment).toEqual({ degrees: 8, generated: 0.4, cutout: 0, mixup: 0.2 });
    expect(changedRecipe(mixed, { augmentation: 'slight' }).augment).not.toHaveProperty('mixup');
  });

  test('makes more epochs of few images, unless their number was typed', () => {
    expect(changedRecipe(recipe, { trainingImages: 100, batchSize: 32 }).epochs).toBe(500);
    expect(changedRecipe(recipe, { trainingImages: 30_000, batchSize: 32 }).epochs).toBe(recipe.epochs);
    expect(changedRecipe(recipe, { trainingImages: 100, batchSize: 32, epochs: 3 }).epochs).toBe(3);
  });

  test('has rates that go as PyTorch’s schedules do', () => {
    expect(ratesOver(recipe, 3)).toEqual([0.005, expect.closeTo(0.0025, 10), expect.closeTo(0, 10)]);
    const cycle = changedRecipe(recipe, { schedule: 'oneCycle' });
    expect([0, 0.3, 1].map((share) => rateFactor(cycle, share))).toEqual([
      expect.closeTo(0.04, 10),
      expect.closeTo(1, 6),
      expect.closeTo(0.04 / 1e4, 10),
    ]);
  });
});

test('the recommended recipe has synthetic digits for digits alone', () => {
  const entry = { recipe, bestRecipe: { ...recipe, title: 'the best', augment: { degrees: 8 } } } as ZooEntry;
  const { title, augment } = recipeOf(entry, 'recommended', true);
  expect(title).toBe('the best; 40 % synthetic digits');
  expect(augment).toEqual({ degrees: 8, generated: 0.4 });
  expect(recipeOf(entry, 'recommended', false)).toBe(entry.bestRecipe);
});

test.describe('a link', () => {
  const sampleLink: PageLink = {
    data: 'fashion-mnist',
    settings: {
      model: 'lenet5',
      recipe: 'published',
      seed: 7,
      validation: 0.1,
      changes: {
        optimizer: 'sgd',
        learningRate: 0.1,
        batchSize: 64,
        epochs: 3,
        schedule: 'oneCycle',
        augmentation: 'slight',
        cutout: 8,
        mixup: 0.25,
      },
    },
  };

  test('brings everything that was set, and is empty where nothing was', () => {
    expect(fromHash(`#${toHash(sampleLink)}`)).toEqual(sampleLink);
    expect(toHash(firstLink)).toBe('');
    expect(fromHash('')).toEqual(firstLink);
  });

  test('ignores what cannot be', () => {
    const odd =
      '#recipe=worst&seed=-1&validation=2&learningRate=NaN&batchSize=1.5&epochs=&optimizer=lion&other=1&cutout=65&mixup=-1';
    expect(fromHash(odd)).toEqual(firstLink);
  });

  test('understands the name that augmentation had in earlier links', () => {
    expect(fromHash('#distortion=strong').settings.changes).toEqual({ augmentation: 'strong' });
  });
});

test.describe('on the page', () => {
  test.beforeEach(async ({ app, sites }) => {
    await app.open(sites.withData);
    await app.openSettings();
  });

  test('the learning rate changes in mid-run, and nothing starts over', async ({ app, page }) => {
    // more than can be trained while this looks
    await page.getByLabel('Epochs', { exact: true }).fill('1000');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#epochs=1000&panel=settings$/);
    await app.button('Train').click();
    await app.waitForSteps(20);
    await page.getByLabel('Learning rate', { exact: true }).fill('0.002');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('img', { name: /at most 0\.002,/ })).toBeVisible();
    expect(await app.figure('step')).toBeGreaterThanOrEqual(20);
    await expect(app.button('Pause')).toBeVisible();
    await expect(page).toHaveURL(/#epochs=1000&learningRate=0\.002&panel=settings$/);
  });

  test('a batch size starts over, which is said before; a number that cannot be is put back', async ({ app, page }) => {
    await app.stepOnce();
    await expect(page.getByText('Changing these restarts training')).toBeVisible();
    const batch = page.getByLabel('Batch size', { exact: true });
    const before = await batch.inputValue();
    await batch.fill('0');
    await batch.blur();
    await expect(batch).toHaveValue(before);
    expect(await app.text('step')).toBe('1');
    await batch.fill('8');
    await batch.blur();
    await expect.poll(() => app.text('step')).toBe('0');
    await expect(page).toHaveURL(/#batchSize=8&panel=settings$/);
    await page.getByRole('button', { name: /^Back to the recipe/ }).click();
    await expect(batch).toHaveValue(before);
  });

  test('settings that are changed one right after the other all hold', async ({ app, page }) => {
    await app.stepOnce();
    await app.changeAtOnce({ '[data-setting=batch-size] input': '8', '[data-setting=epochs] input': '3' });
    await expect(page).toHaveURL(/#epochs=3&batchSize=8&panel=settings$|#batchSize=8&epochs=3&panel=settings$/);
    await expect.poll(() => app.text('step')).toBe('0');
  });

  test('Muon, cutout and mixup begin a run anew, show in the augmented digits, and come with the link', async ({
    app,
    page,
  }) => {
    const shown = page.getByTestId('augmentation-preview').locator('canvas');
    await expect(shown).toHaveCount(9);
    // some of the eight are synthetic digits, which are not cut
    const picture = () =>
      shown.evaluateAll((canvases: HTMLCanvasElement[]) => canvases.map((canvas) => canvas.toDataURL()).join());
    let before = await picture();
    for (const [label, value] of [
      ['Cutout in pixels', '28'],
      ['Mixup', '1'],
    ] as const) {
      await page.getByLabel(label, { exact: true }).fill(value);
      await page.keyboard.press('Enter');
      await expect.poll(picture).not.toBe(before);
      before = await picture();
    }
    await page.getByLabel('Optimizer', { exact: true }).selectOption('Muon');
    await expect(page).toHaveURL(/#cutout=28&mixup=1&optimizer=muon&panel=settings$/);
    await app.stepOnce();
    const link = page.url();
    await page.goto('about:blank');
    await app.open(link);
    await expect(page.getByLabel('Mixup', { exact: true })).toHaveValue('1');
    await expect(page.getByLabel('Cutout in pixels', { exact: true })).toHaveValue('28');
    await expect(page.getByLabel('Optimizer', { exact: true })).toHaveValue('muon');
  });

  test('a link opened elsewhere shows the same', async ({ app, page }) => {
    await page.getByLabel('Optimizer', { exact: true }).selectOption('SGD with momentum');
    await page.getByTestId('model-picker').selectOption('lenet5');
    await expect(page).toHaveURL(/#model=lenet5&optimizer=sgd&panel=settings$/);
    await page.getByLabel('Epochs', { exact: true }).fill('3');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#model=lenet5&optimizer=sgd&epochs=3&panel=settings$/);
    const link = page.url();
    await page.goto('about:blank');
    await app.open(link);
    await expect(page.getByTestId('model-picker')).toHaveValue('lenet5');
    await expect(page.getByLabel('Optimizer', { exact: true })).toHaveValue('sgd');
    await expect(page.getByLabel('Epochs', { exact: true })).toHaveValue('3');
  });
});
