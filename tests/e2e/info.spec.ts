// SPDX-License-Identifier: MIT
//
// Info marks: every control and every picture of the page has one, for itself or for its group, and it opens to sentences that name what
// it explains, with the formula where there is one. On synthetic digits.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import { drawings } from './support/page';
import type { Locator, Page } from '@playwright/test';
import type { TinyCnnPage } from './support/page';

const card = (page: Page): Locator => page.locator('.info-card:popover-open');

const open = async (page: Page, about: string): Promise<Locator> => {
  await page.getByRole('button', { name: `About ${about}`, exact: true }).click();
  await expect(card(page)).toHaveCount(1);
  return card(page);
};

/** With everything that can be opened open, and everything loaded that comes when it is near. */
async function openAll(app: TinyCnnPage, url: string): Promise<void> {
  await app.open(`${url}#panel=settings&panel=data&panel=mine`);
  await app.draw(drawings[3]!);
  await app.lookAtResults();
  await app.page.locator('.look-inside').scrollIntoViewIfNeeded();
  await expect(app.page.locator('.insight-panel').first()).toBeVisible();
  await app.page.locator('.preparation summary').click();
  await expect(app.page.getByTestId('augmentation-preview')).toBeVisible();
}

test('every control and every picture stands in a group that has an info mark', async ({ app, page, sites }) => {
  await openAll(app, sites.withData);
  const { without, count } = await page.evaluate(() => {
    const groups =
      '.theme, .choices, .controls, .figures, .data, .setting, .settings, .panel-head, .explanation, .prepared, .preparation, .result, .insight-panel, .panel';
    const things = [
      ...document.querySelectorAll('#app :is(button, select, input, canvas, summary, svg[role=img])'),
    ].filter(
      (thing) =>
        thing.checkVisibility() &&
        thing.closest('.info, .article, .problem, .foot, [hidden]') === null &&
        !thing.matches('.info-mark'),
    );
    const marked = (thing: Element): boolean => {
      for (let group = thing.closest(groups); group !== null; group = group.parentElement?.closest(groups) ?? null) {
        if (group.querySelector('.info-mark') !== null) return true;
      }
      return false;
    };
    return { without: things.filter((thing) => !marked(thing)).map((thing) => thing.outerHTML), count: things.length };
  });
  expect(count).toBeGreaterThan(100);
  expect(without).toEqual([]);
});

test('each mark opens to whole sentences, and Escape closes it', async ({ app, page, sites }) => {
  test.setTimeout(120_000);
  await openAll(app, sites.withData);
  const marks = page.locator('.info-mark:visible');
  const names = await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute('aria-label')));
  expect(names.length).toBeGreaterThan(25);
  expect(new Set(names).size, names.join(', ')).toBe(names.length);
  for (let i = 0; i < names.length; ++i) {
    await marks.nth(i).focus();
    await page.keyboard.press('Enter');
    await expect(card(page), names[i]!).toHaveCount(1);
    const text = await card(page).innerText();
    expect(text.length, names[i]!).toBeGreaterThan(60);
    const box = (await card(page).boundingBox())!;
    expect(box.x, names[i]!).toBeGreaterThanOrEqual(0);
    expect(box.y, names[i]!).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height, names[i]!).toBeLessThanOrEqual(900);
    await page.keyboard.press('Escape');
    await expect(card(page)).toHaveCount(0);
    await expect(marks.nth(i)).toBeFocused();
  }
});

/** What stands in a group, by the words on it, and the mark that explains it. */
const expectedGroups: Readonly<Record<string, readonly string[]>> = {
  'data, network and recipe': ['Data', 'Network', 'Recipe'],
  training: ['Train', 'Pause', 'Step', 'Rewind', 'New seed'],
  'the progress of training': ['Epochs', 'Step', 'Images/s', 'Last test', 'Time left', 'Seed', 'Stop', 'Settings'],
  'the data': ['Validation set', 'Look at the data'],
  drawing: ['Undo', 'Redo', 'Replay', 'Clear', 'Pen', 'Keep', 'My digits'],
  'the network’s input': ['Test digit', 'Next', 'Mistake'],
  'your own digits': ['Learn my digits', 'Export', 'Import'],
  'the data browser': ['Classes', 'Samples', 'Augmented'],
  'the colours': ['Scale', 'each picture', 'each layer', 'whole network'],
  accuracy: ['Training', 'Test', 'Validation'],
  'how the curves are drawn': ['Smoothing', 'Log scale'],
};

test('a mark of a group explains each of its controls by its name', async ({ app, page, sites }) => {
  await openAll(app, sites.withData);
  for (const [about, names] of Object.entries(expectedGroups)) {
    const opened = await open(page, about);
    const explained =
      (await opened.locator('dt').allInnerTexts()).join(', ') + (await opened.locator('p').allInnerTexts()).join(' ');
    for (const name of names) expect(explained, about).toContain(name);
    await page.keyboard.press('Escape');
  }
});

test('where there is a formula it is there in MathML, and follows what is chosen', async ({ app, page, sites }) => {
  await openAll(app, sites.withData);
  for (const about of [
    ...[
      'training',
      'the progress of training',
      'the network’s input',
      'the preparation',
      'the colours',
      'the prediction',
    ],
    ...[
      'loss',
      'accuracy',
      'how the curves are drawn',
      'the confusion matrix',
      'learning rate',
      'optimizer',
      'batch size',
    ],
    ...['schedule', 'augmentation'],
  ]) {
    const math = (await open(page, about)).locator('math');
    await expect(math.first(), about).toBeVisible();
    await page.keyboard.press('Escape');
  }
  await expect(await open(page, 'loss')).toContainText('Random guessing gives ln 10 = 2.30');
  await page.keyboard.press('Escape');
  await expect(await open(page, 'optimizer')).toContainText('Adam divides a running mean');
  await page.keyboard.press('Escape');
  await page.getByLabel('Optimizer', { exact: true }).selectOption('SGD with momentum');
  await expect(page.getByLabel('Optimizer', { exact: true })).toHaveValue('sgd');
  await expect(await open(page, 'optimizer')).toContainText(
    'Stochastic gradient descent (SGD) moves each weight against its gradient g. Momentum μ',
  );
  await page.keyboard.press('Escape');
  await page.getByLabel('Optimizer', { exact: true }).selectOption('AdamW');
  await expect(page.getByLabel('Optimizer', { exact: true })).toHaveValue('adamW');
  const adamW = (await open(page, 'optimizer')).locator('math');
  await expect(adamW).toHaveText(['w←w−ηλw', 'm←β1m+(1−β1)g', 'v←β2v+(1−β2)g2', /^m̂=m1−β1t,v̂=v1−β2t$/, 'w←w−ηm̂v̂+ε']);
});

test('a layer that is pointed at is explained with its formula', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByTestId('activation-pool').hover();
  const opened = await open(page, 'layers like pool');
  await expect(opened).toContainText('Max pooling. Keeps only the largest value');
  await expect(opened.locator('math')).toBeVisible();
});

test('the texts are not loaded before somebody wants one, and a failure says so', async ({ app, page, sites }) => {
  let asked = 0;
  let broken = true;
  await page.route(/\/assets\/texts-/, (route) => {
    ++asked;
    return broken ? route.abort() : route.continue();
  });
  await app.open(sites.withData);
  expect(asked).toBe(0);
  await expect(await open(page, 'training')).toContainText('could not be loaded');
  await page.keyboard.press('Escape');
  broken = false;
  await expect(await open(page, 'training')).toContainText('Trains on one mini-batch, then waits.');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing with every panel and a card open in the ${colorScheme} theme`, async ({
    app,
    page,
    sites,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openAll(app, sites.withData);
    await open(page, 'the colours');
    expect(await axeViolations(page)).toEqual([]);
  });
}
