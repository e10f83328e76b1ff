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

const tabs = ['Curves', 'Mistakes', 'Inside the network', 'Data', 'Your digits'];

/** With the settings open, a digit drawn, and everything marked that can be asked about. */
async function openAll(app: TinyCnnPage, url: string): Promise<void> {
  await app.page.setViewportSize({ width: 1600, height: 900 });
  await app.open(`${url}#panel=settings`);
  await app.button('Explain').click();
  await expect(app.prediction).toHaveText(/^\d$/); // the first test digit, which is there a moment after the data
  await app.draw(drawings[3]!);
  await app.page.locator('.preparation summary').click();
  await expect(app.page.locator('.preparation li')).toHaveCount(4);
  await expect(app.page.getByTestId('augmentation-preview')).toBeVisible();
}

/** Opens a tab, whose parts are loaded then. */
async function loadTab(app: TinyCnnPage, name: string): Promise<void> {
  await app.openTab(name);
  if (name === 'Curves') await app.lookAtCurves();
  if (name === 'Mistakes') await app.lookAtMistakes();
  if (name === 'Inside the network') await expect(app.page.locator('.insight-panel').first()).toBeVisible();
  if (name === 'Data') await expect(app.page.getByTestId('data-browser')).toBeVisible();
  if (name === 'Your digits') await expect(app.page.locator('.my-digits')).toBeVisible();
}

test('nothing is marked until Explain is pressed, but for dotted words', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await expect(page.locator('.info-mark:visible')).toHaveCount(0);
  await expect(page.locator('.term-mark:visible').first()).toBeVisible();
  await app.button('Explain').click();
  await expect(page.locator('.info-mark:visible').first()).toBeVisible();
  await app.button('Explain').click();
  await expect(page.locator('.info-mark:visible')).toHaveCount(0);
});

test('every control and every picture stands in a group that has an info mark', async ({ app, page, sites }) => {
  await openAll(app, sites.withData);
  for (const tab of tabs) {
    await loadTab(app, tab);
    const { without, count } = await page.evaluate(() => {
      const groups =
        '.choices, .controls, .figures, .data, .time-machine, .setting, .settings, .drawer > section, .panel-head, .explanation, .prepared, .preparation, .result, .insight-panel, .panel';
      const things = [
        ...document.querySelectorAll('#app :is(button, select, input, canvas, summary, svg[role=img])'),
      ].filter(
        (thing) =>
          thing.checkVisibility() &&
          thing.closest('.info, .article, .problem, .foot, .run-so-far, .below-tabs, .pen-width, [hidden]') === null &&
          !thing.matches('.info-mark, .masthead > button, [aria-label="Close settings"]'),
      );
      const marked = (thing: Element): boolean => {
        for (let group = thing.closest(groups); group !== null; group = group.parentElement?.closest(groups) ?? null) {
          if (group.querySelector('.info-mark, .term-mark') !== null) return true;
        }
        return false;
      };
      return {
        without: things.filter((thing) => !marked(thing)).map((thing) => thing.outerHTML),
        count: things.length,
      };
    });
    expect(count).toBeGreaterThan(50);
    expect(without).toEqual([]);
  }
});

test('each mark opens to whole sentences, and Escape closes it', async ({ app, page, sites }) => {
  await openAll(app, sites.withData);
  const seen = new Set<string>();
  for (const tab of tabs) {
    await loadTab(app, tab);
    const marks = page.locator('.info button:visible');
    const names = await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute('aria-label')!));
    expect(new Set(names).size, names.join(', ')).toBe(names.length);
    for (const name of names) {
      if (seen.has(name)) continue;
      seen.add(name);
      const mark = page.getByRole('button', { name, exact: true }); // whatever else is loaded meanwhile
      await mark.focus();
      await page.keyboard.press('Enter');
      await expect(card(page), name).toHaveCount(1);
      const text = await card(page).innerText();
      expect(text.length, name).toBeGreaterThan(60);
      const box = (await card(page).boundingBox())!;
      expect(box.x, name).toBeGreaterThanOrEqual(0);
      expect(box.y, name).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height, name).toBeLessThanOrEqual(900);
      await page.keyboard.press('Escape');
      await expect(card(page)).toHaveCount(0);
      await expect(mark).toBeFocused();
    }
  }
  expect(seen.size).toBeGreaterThan(25);
});

test('a card lies within the window though its mark has been scrolled out of it', async ({ app, page, sites }) => {
  await openAll(app, sites.withData);
  const mark = page.getByRole('button', { name: 'About data and network', exact: true });
  await mark.evaluate((element) => {
    scrollTo(0, document.documentElement.scrollHeight);
    element.focus({ preventScroll: true });
  });
  await expect(mark).not.toBeInViewport();
  await mark.evaluate((element: HTMLElement) => {
    element.click();
  });
  await expect(card(page)).toHaveCount(1);
  await expect(card(page)).toBeInViewport({ ratio: 1 });
});

/** What stands in a group, by the words on it, and the mark that explains it. */
const expectedGroups: Readonly<Record<string, readonly string[]>> = {
  'data and network': ['Data', 'Network'],
  'recipe and end of training': ['Recipe', 'Stop', 'Time left'],
  training: ['Train', 'Pause', 'Step', 'Rewind', 'New seed', 'Slow'],
  'the data': ['Validation set', 'Look at the data'],
  drawing: ['Undo', 'Redo', 'Replay', 'Clear', 'Keep', 'Your digits'],
  'the network’s input': ['Test digit', 'Next', 'Mistake'],
  'your own digits': ['Learn my digits', 'Export digits', 'Import digits'],
  'the data browser': ['Classes', 'Samples', 'Augmented'],
  'the colours': ['Scale', 'each picture', 'each layer', 'whole network'],
  accuracy: ['Training', 'Test', 'Validation'],
  'how the curves are drawn': ['Smoothing', 'Log scale'],
};

/** In which tab a mark is, where it is in one. */
const tabOf: Readonly<Record<string, string>> = {
  'your own digits': 'Your digits',
  'the data browser': 'Data',
  loss: 'Curves',
  accuracy: 'Curves',
  'how the curves are drawn': 'Curves',
  'the confusion matrix': 'Mistakes',
};

test('a mark of a group explains each of its controls by its name', async ({ app, page, sites }) => {
  await openAll(app, sites.withData);
  for (const [about, names] of Object.entries(expectedGroups)) {
    const tab = tabOf[about];
    if (tab !== undefined) await loadTab(app, tab);
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
    ...['training', 'epoch', 'the network’s input', 'the preparation', 'the colours', 'the prediction'],
    ...[
      'loss',
      'accuracy',
      'how the curves are drawn',
      'the confusion matrix',
      'learning rate',
      'optimizer',
      'batch size',
    ],
    ...['schedule', 'data augmentation'],
  ]) {
    const tab = tabOf[about];
    if (tab !== undefined) await loadTab(app, tab);
    const math = (await open(page, about)).locator('math');
    await expect(math.first(), about).toBeVisible();
    await page.keyboard.press('Escape');
  }
  await loadTab(app, 'Curves');
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
  await page.keyboard.press('Escape');
  await page.getByLabel('Optimizer', { exact: true }).selectOption('Muon');
  await expect(page.getByLabel('Optimizer', { exact: true })).toHaveValue('muon');
  const muon = await open(page, 'optimizer');
  await expect(muon).toContainText('makes its running mean of the gradients orthogonal');
  await expect(muon.locator('math').first()).toHaveText('w←w−ηλw');
  await page.keyboard.press('Escape');
  await expect(await open(page, 'mixup')).toContainText('lays another random training image over each one');
  await page.keyboard.press('Escape');
  await expect(await open(page, 'cutout in pixels')).toContainText('makes a square of each training image black');
});

test('a layer that is pointed at is explained with its formula', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.button('Explain').click();
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
  await app.button('Explain').click();
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
    for (const tab of tabs) {
      await loadTab(app, tab);
      await open(page, 'the colours');
      expect(await axeViolations(page), tab).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });
}
